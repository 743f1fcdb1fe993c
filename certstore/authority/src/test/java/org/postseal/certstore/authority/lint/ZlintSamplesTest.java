package org.postseal.certstore.authority.lint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x500.X500Name;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postseal.certstore.Corpora;
import org.postseal.certstore.MailCertificate;

/**
 * Checks zlint's samples, whose names say which rule they break or keep. Most have neither issuer nor subject and so
 * would be refused when they are read. They get both here, since no rule looks at signatures.
 */
@Tag("thorough")
final class ZlintSamplesTest {
    @ParameterizedTest
    @CsvSource({
        "aiaWithLDAPOCSPStrict, br-aia-scheme, true",
        "aiaWithValidNamesStrict, br-aia-scheme, false",
        "legacyAiaLdapOnly, br-aia-scheme, true",
        "legacyAiaOneHTTPOneLdap, br-aia-scheme, false",
        "authority_key_identifier_invalid, br-aki-issuer, true",
        "authority_key_identifier_valid, br-aki-absent, false",
        "authority_key_identifier_valid, br-aki-issuer, false",
        "e_smime_qc_statements_must_not_be_critical_fail, br-qc-critical, true",
        "e_smime_qc_statements_must_not_be_critical_pass, br-qc-critical, false",
        "ec_legacy_digital_signature_ku, br-key-usage-bits, false",
        "ec_legacy_key_agreement_cert_sign_ku, br-key-usage-bits, true",
        "ec_legacy_key_agreement_encipher_only_ku, br-key-usage-bits, false",
        "ec_multipurpose_digital_signature_content_commitment_ku, br-key-usage-bits, false",
        "ec_multipurpose_digital_signature_key_agreement_cert_sign_ku, br-key-usage-bits, true",
        "ec_multipurpose_valid_ku_august_2023, br-key-usage-bits, false",
        "ec_no_key_usages, br-key-usage-bits, true",
        "ec_strict_cert_sign_ku, br-key-usage-bits, true",
        "ec_strict_digital_signature_cert_sign_ku, br-key-usage-bits, true",
        "ec_strict_key_agreement_ku, br-key-usage-bits, false",
        "ed25519_legacy_digital_signature_ku, br-key-usage-bits, false",
        "ed25519_multipurpose_digital_signature_content_commitment_ku, br-key-usage-bits, false",
        "ed25519_strict_cert_sign_ku, br-key-usage-bits, true",
        "individualValidatedLegacyWithCriticalAdobeArchRevInfoExtension, br-adobe, true",
        "individualValidatedStrictWithServerAuthEKU, br-eku-forbidden, true",
        "individualValidatedWithValidCountry, br-subject-country, false",
        "individualValidatedWithXXCodeInCountry, br-subject-country, false",
        "individual_validated_with_lei, br-lei, true",
        "legacy_subscriber_with_mixed_crl_distribution_points, br-crl-scheme, false",
        "legacy_subscriber_with_non_http_crl_distribution_point, br-crl-scheme, true",
        "mailboxValidatedLegacyWithCountryName, br-subject-attributes, true",
        "mailboxValidatedLegacyWithNonCriticalAdobeTimeStampExtension, br-adobe, false",
        "mailboxValidatedLegacyWithoutEmailProtectionEKU, br-eku-absent, true",
        "mailboxValidatedMultipurposeWithNonsenseSubjectField, br-subject-attributes, true",
        "mailboxValidatedStrictWithoutAdobeExtensions, br-adobe, false",
        "mailboxValidatedWithOrganizationInSubject, br-subject-attributes, true",
        "mailboxValidatedWithSerialNumberInSubject, br-subject-attributes, false",
        "mailbox_validated_common_name_absent, br-common-name, false",
        "mailbox_validated_common_name_bad_email, br-common-name, true",
        "mailbox_validated_with_lei, br-lei, true",
        "multipurposeWithSubjectDirectoryAttributes, br-subject-directory, true",
        "organizationValidatedMultipurposeWithNonCriticalAdobeArchRevInfoExtension, br-adobe, false",
        "organizationValidatedMultipurposeWithServerAuthEKU, br-eku-forbidden, true",
        "organizationValidatedStrictWithAdobeTimeStampExtension, br-adobe, true",
        "organizationValidatedWithInvalidCountry, br-subject-country, true",
        "organization_validated_with_incorrect_format_identifier, br-org-identifier, true",
        "organization_validated_with_lei_critical, br-lei, true",
        "organization_validated_with_lei_role, br-lei, true",
        "organization_validated_with_matching_country, br-org-identifier, false",
        "rsa_legacy_digital_signature_ku, br-key-usage-bits, false",
        "rsa_legacy_digital_signature_cert_sign_ku, br-key-usage-bits, true",
        "rsa_legacy_key_encipherment_ku, br-key-usage-bits, false",
        "rsa_multipurpose_cert_sign_ku, br-key-usage-bits, true",
        "rsa_multipurpose_key_encipherment_cert_sign_ku, br-key-usage-bits, true",
        "rsa_multipurpose_key_encipherment_data_encipherment_ku, br-key-usage-bits, false",
        "rsa_no_key_usages, br-key-usage-bits, true",
        "rsa_strict_cert_sign_ku, br-key-usage-bits, true",
        "rsa_strict_digital_signature_key_encipherment_cert_sign_ku, br-key-usage-bits, true",
        "rsa_strict_digital_signature_key_encipherment_content_commitment_ku, br-key-usage-bits, false",
        "rsa_strict_digital_signature_ku, br-key-usage-bits, false",
        "rsa_strict_key_encipherment_ku, br-key-usage-bits, false",
        "san_critical_non_empty_subject, br-san-critical, true",
        "san_non_critical_non_empty_subject, br-san-critical, false",
        "san_not_critical_with_subject, br-san-critical, false",
        "sm1_alg_mld44_eff1_pqf0, br-key-kind, true",
        "sm1_alg_rsa_eff1_pqfx, br-key-encoding, false",
        "sm1_alg_p256_eff1_pqfx, br-key-encoding, false",
        "sm1_alg_ed25519_eff1_pqfx, br-key-encoding, false",
        "sponsorValidatedMultipurposeWithCriticalAdobeTimeStampExtension, br-adobe, true",
        "sponsorValidatedStrictWithAdobeArchRevInfoExtension, br-adobe, true",
        "sponsor_validated_with_lei_critical, br-lei, true",
        "sponsor_validated_with_lei_role_critical, br-lei, true",
        "strict_subscriber_with_http_crl_distribution_point, br-crl-scheme, false",
        "strict_subscriber_with_mixed_crl_distribution_points, br-crl-scheme, true",
        "strict_subscriber_with_non_http_crl_distribution_point, br-crl-scheme, true",
        "subject_country_name_invalid, br-subject-country, true",
        "subject_country_name_valid, br-subject-country, false",
        "subscriber_no_crl_distribution_points, br-crl-absent, true",
        "subscriber_with_crl_distribution_points, br-crl-absent, false",
        "twoEmailAddressesInSubjectDN, br-subject-email, true",
        "oneEmailAddressInSubjectDN, br-subject-email, false",
        "with_lei_and_gov_organizationidentifier, br-org-identifier, false",
        "with_non_critical_ku_extension, br-key-usage-not-critical, true",
        "with_single_int_organizationidentifier, br-org-identifier, false",
        "with_single_lei_organizationidentifier, br-org-identifier, false",
        "with_subject_alternative_name, br-san-absent, false",
        "without_subject_alternative_name, br-san-absent, true"
    })
    void saysWhatTheNameSays(String name, String rule, boolean isBroken) throws IOException, CertificateException {
        List<String> found = CertificateLint.check(
                        read(Corpora.folder("zlint-smime").resolve(name + ".pem")))
                .stream()
                .map(Finding::rule)
                .toList();
        assertThat(found.contains(rule)).as("%s", found).isEqualTo(isBroken);
    }

    private static MailCertificate read(Path file) throws IOException, CertificateException {
        String text = Files.readString(file);
        String begin = "-----BEGIN CERTIFICATE-----";
        byte[] der = Base64.getMimeDecoder()
                .decode(text.substring(text.indexOf(begin) + begin.length(), text.indexOf("-----END CERTIFICATE")));
        ASN1Sequence certificate = ASN1Sequence.getInstance(der);
        ASN1Sequence signed = ASN1Sequence.getInstance(certificate.getObjectAt(0));
        List<ASN1Encodable> fields = new ArrayList<>(List.of(signed.toArray()));
        if (ASN1Sequence.getInstance(fields.get(ISSUER)).size() == 0) {
            fields.set(ISSUER, new X500Name("CN=Nobody"));
        }
        if (ASN1Sequence.getInstance(fields.get(SUBJECT)).size() == 0
                && !HexFormat.of().formatHex(der).contains(SAN)) {
            fields.set(SUBJECT, new X500Name("2.5.4.5=1"));
        }
        ASN1EncodableVector vector = new ASN1EncodableVector();
        fields.forEach(vector::add);
        return MailCertificate.of(new DERSequence(new ASN1Encodable[] {
                    new DERSequence(vector), certificate.getObjectAt(1), certificate.getObjectAt(2)
                })
                .getEncoded("DER"));
    }

    // The fields are version, serial number, signature, issuer, validity and subject.
    private static final int ISSUER = 3;
    private static final int SUBJECT = 5;
    private static final String SAN = "0603551d11";
}
