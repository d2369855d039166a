#!/bin/sh
# Sign an image and attest what it is made of, in CI, by the pipeline's own identity: nobody keeps a key.
#
#   scripts/sign-image.sh IMAGE@sha256:... --base-image NAME@sha256:... --sbom FILE [--key KEY]
#
# It needs cosign 3, logged in to the registry, and an identity token that cosign finds by itself (GitHub Actions:
# `permissions: {id-token: write}`). The gate comes before it: `python -m preview gate SCAN`.
# KEY is a key in a key management service, such as awskms:///alias/release; without it the identity signs.
# SBOM is CycloneDX JSON. The base image is what `baseImages` of the setting `imageTrust` is compared with; `scratch`
# has no digest of its own and is written scratch@sha256: and 64 zeros.
set -eu

fail() {
  echo "sign-image: $1" >&2
  exit 2
}

is_pinned() {
  printf '%s\n' "$1" | grep -Eq '^[a-z0-9][a-z0-9.:/_-]*@sha256:[0-9a-f]{64}$'
}

image=${1:-}
[ "$#" -gt 0 ] && shift
base='' sbom='' key=''
while [ "$#" -gt 0 ]; do
  [ "$#" -ge 2 ] || fail "$1 needs a value"
  case "$1" in
    --base-image) base=$2 ;;
    --sbom) sbom=$2 ;;
    --key) key=$2 ;;
    *) fail "unknown option $1" ;;
  esac
  shift 2
done

is_pinned "$image" || fail 'name the image by digest, IMAGE@sha256:...; a tag may mean another image by now'
is_pinned "$base" || fail 'name the base image by digest, --base-image NAME@sha256:...'
[ -s "$sbom" ] || fail 'give the SBOM, --sbom FILE'
grep -q '"CycloneDX"' "$sbom" || fail 'the SBOM is not CycloneDX JSON'
case "$key" in
  '' | awskms://* | azurekms://* | gcpkms://* | hashivault://*) ;;
  *) fail 'a key lies in a key management service: awskms, azurekms, gcpkms or hashivault' ;;
esac

predicate=$(mktemp)
trap 'rm -f "$predicate"' EXIT
# The name without a tag: `gcr.io/distroless/static-debian12:nonroot` is `gcr.io/distroless/static-debian12`.
name=$(printf '%s' "${base%@*}" | sed 's|:[^/:]*$||')
printf '{"baseImage": {"name": "%s", "digest": "%s"}}\n' "$name" "${base#*@}" >"$predicate"

set -- --yes
[ -z "$key" ] || set -- "$@" --key "$key"
cosign sign "$@" "$image"
cosign attest "$@" --type cyclonedx --predicate "$sbom" "$image"
cosign attest "$@" --type https://secureclusters.dev/attestations/base-image/v1 --predicate "$predicate" "$image"
