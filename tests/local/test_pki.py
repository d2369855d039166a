import datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID

from local import pki

NOW = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)


@pytest.fixture
def keys(tmp_path: Path) -> pki.Pki:
    return pki.ensure(tmp_path, now=NOW)


def certificate(keys: pki.Pki, name: str) -> x509.Certificate:
    return x509.load_pem_x509_certificate(keys.certificate(name).read_bytes())


def test_every_file_is_readable_by_its_owner_alone(keys):
    modes = {file.name: file.stat().st_mode & 0o777 for file in keys.folder.iterdir()}
    assert "admin.key" in modes
    assert "encryption.key" in modes
    assert set(modes.values()) == {0o600}


def test_the_key_of_an_authority_is_never_written(keys):
    assert not keys.key("ca").exists()
    assert not keys.key("etcd-ca").exists()


def test_certificates_that_last_are_kept(keys):
    again = pki.ensure(keys.folder, now=NOW + datetime.timedelta(days=28))
    assert again.fingerprint == keys.fingerprint


def test_certificates_that_run_out_are_made_anew_and_the_keys_that_data_depends_on_are_kept(keys):
    before = keys.fingerprint, keys.encryption_key.read_bytes(), keys.key("service-account").read_bytes()
    again = pki.ensure(keys.folder, now=NOW + datetime.timedelta(days=29, minutes=1))
    assert again.fingerprint != before[0]
    assert (again.encryption_key.read_bytes(), again.key("service-account").read_bytes()) == before[1:]
    lasts = certificate(again, "admin").not_valid_after_utc - NOW
    assert lasts == datetime.timedelta(days=59, minutes=1)


@pytest.mark.parametrize("file", ["ca.crt", "admin.key", "etcd-client.crt"])
def test_a_lost_certificate_or_key_is_made_anew(keys, file):
    (keys.folder / file).unlink()
    assert pki.ensure(keys.folder, now=NOW).folder.joinpath(file).exists()


def test_a_mix_of_old_and_new_certificates_left_by_a_killed_run_is_made_anew(keys, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    strangers = pki.ensure(other, now=NOW)
    keys.certificate("ca").write_bytes(strangers.certificate("ca").read_bytes())
    before = keys.fingerprint
    assert pki.ensure(keys.folder, now=NOW).fingerprint != before


def test_etcd_and_the_api_server_trust_different_authorities(keys):
    assert certificate(keys, "etcd").issuer != certificate(keys, "api-server").issuer
    with pytest.raises(ValueError, match=r"[Ii]ssuer"):
        certificate(keys, "admin").verify_directly_issued_by(certificate(keys, "etcd-ca"))


def test_only_the_admin_is_in_system_masters(keys):
    organizations = {
        leaf.file: [
            attribute.value
            for attribute in certificate(keys, leaf.file).subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
        ]
        for leaf in pki.LEAVES
    }
    assert {name for name, groups in organizations.items() if groups} == {"admin"}
    assert organizations["admin"] == ["system:masters"]
