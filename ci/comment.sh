#!/usr/bin/env bash
# Keep one comment on a pull request: comment.sh PULL_REQUEST [FILE...]
#
# The files are Markdown; together they stay below what GitHub takes of a comment (65,536 characters), the rest is
# named. A comment is known by the marker in its first line, and by its author: nobody else's is ever changed.
# Without a file none is made, and one that is there says so: what it told of an earlier commit holds no longer.
# Needs gh, GH_TOKEN with pull-requests: write, and GITHUB_REPOSITORY.
set -euo pipefail
export LC_ALL=C.UTF-8 # a length is that of characters, as GitHub counts them

marker='<!-- secure-clusters-preview -->'
limit=64000
number=$1
shift

body=$marker$'\n'
left_out=()
for file in "$@"; do
  text=$(<"$file")
  if ((${#body} + ${#text} > limit)); then
    left_out+=("$(basename "$file" .md)")
  else
    body+=$text$'\n\n'
  fi
done
if ((${#left_out[@]})); then
  body+="The reports on ${left_out[*]} do not fit in here; the summary of the workflow has them."$'\n'
fi

if (($# == 0)); then
  body+=$'## Policy preview\n\nThis pull request changes no environment any more.\n'
fi

comments=repos/$GITHUB_REPOSITORY/issues/$number/comments
own=".[] | select(.user.login == \"github-actions[bot]\" and (.body | startswith(\"$marker\"))) | .id"
known=$(gh api --paginate "$comments" --jq "$own")
known=${known%%$'\n'*}
# By standard input: the bytes of so many characters may be more than one argument may have.
if [[ -n $known ]]; then
  gh api --method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$known" --field body=@- --silent <<<"$body"
elif (($#)); then
  gh api --method POST "$comments" --field body=@- --silent <<<"$body"
fi
