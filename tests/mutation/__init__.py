"""Every weakening of what the components make, against the controls."""

import pytest

# The tests of a cluster are shared by the clouds: without this a failure would not say which mutants survived.
pytest.register_assert_rewrite("tests.mutation.of_cluster")
