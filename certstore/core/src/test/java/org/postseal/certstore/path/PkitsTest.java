package org.postseal.certstore.path;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.postseal.certstore.CertificateStatus;

/**
 * Compares our verdict with NIST's on every signed mail of its path-validation suite, revocation included (mode hard).
 * NIST's verdict is in the name of the mail. If it depends on the policy inputs, the verdict and the inputs are in the
 * description of the test (sections 4.8 to 4.12 of the NIST document).
 */
@Tag("thorough")
class PkitsTest {
    private static Pkits pkits;

    @BeforeAll
    static void load() throws Exception {
        pkits = Pkits.load();
    }

    @Test
    void everyMailHasTheVerdictOfItsName() throws Exception {
        PathValidator validator = pkits.validator(PolicyInputs.DEFAULTS);
        Set<String> byInputs = new java.util.TreeSet<>();
        policyTests().forEach(test -> byInputs.add((String) test.get()[0]));
        Map<String, Integer> counts = new TreeMap<>();
        List<String> different = new ArrayList<>();
        for (String name : pkits.mails()) {
            Pkits.Mail mail = pkits.mail(name);
            boolean isNamed = name.startsWith("SignedValid") || name.startsWith("SignedInvalid");
            if (!isNamed || ONLY_BY_INPUTS.contains(name)) {
                assertThat(byInputs).contains(name);
                counts.merge("by policy inputs", 1, Integer::sum);
            } else if (mail.signer().isEmpty()) {
                // RFC 8551 §2.2, RFC 8550 §4.3: DSA is historic, so these certificates are not even imported.
                assertThat(name).contains("DSA");
                counts.merge(name.startsWith("SignedValid") ? "DSA, valid for NIST" : "DSA, invalid", 1, Integer::sum);
            } else {
                CertificateStatus status = Pkits.judge(validator, mail);
                boolean isUsable = status instanceof CertificateStatus.Usable;
                counts.merge("code " + status.code().number(), 1, Integer::sum);
                if (isUsable != name.startsWith("SignedValid")) {
                    different.add(name + ": " + status.text());
                }
            }
        }
        assertThat(different).isEmpty();
        assertThat(counts)
                .containsExactlyInAnyOrderEntriesOf(Map.ofEntries(
                        Map.entry("by policy inputs", 26),
                        Map.entry("DSA, valid for NIST", 2),
                        Map.entry("DSA, invalid", 1),
                        Map.entry("code 1", 82),
                        Map.entry("code 3", 2),
                        Map.entry("code 4", 1),
                        Map.entry("code 5", 1),
                        Map.entry("code 7", 3),
                        Map.entry("code 8", 2),
                        Map.entry("code 9", 45),
                        Map.entry("code 10", 1),
                        Map.entry("code 11", 13),
                        Map.entry("code 13", 21),
                        Map.entry("code 15", 1),
                        Map.entry("code 16", 23)));
    }

    /**
     * Asks the JDK's validator as well about the paths that our own check of lists finds good. The JDK knows no delta
     * lists.
     */
    @Test
    void theJdkAgreesOnWhatIsGood() throws Exception {
        PathValidator validator = pkits.validator(PolicyInputs.DEFAULTS);
        List<String> different = new ArrayList<>();
        int agreed = 0;
        for (String name : pkits.mails()) {
            Pkits.Mail mail = pkits.mail(name);
            if (mail.signer().isPresent() && Pkits.judge(validator, mail) instanceof CertificateStatus.Usable) {
                String complaint = pkits.complaintOfJdk(
                        validator.validate(Pkits.request(mail)).path());
                if (complaint.isEmpty()) {
                    agreed++;
                } else {
                    different.add(name + ": " + complaint);
                }
            }
        }
        // A later delta list ends the hold on this certificate, and the JDK does not look at delta lists.
        assertThat(different).singleElement().asString().startsWith("SignedValiddeltaCRLTest5: ");
        assertThat(agreed).isEqualTo(100);
    }

    private static final String P1 = "2.16.840.1.101.3.2.1.48.1";
    private static final String P2 = "2.16.840.1.101.3.2.1.48.2";
    private static final String P3 = "2.16.840.1.101.3.2.1.48.3";
    private static final String P6 = "2.16.840.1.101.3.2.1.48.6";
    private static final PolicyInputs NONE = PolicyInputs.DEFAULTS;
    private static final PolicyInputs EXPLICIT = new PolicyInputs(Set.of(), true, false, false);
    private static final PolicyInputs NO_MAPPING = new PolicyInputs(Set.of(), false, true, false);
    private static final PolicyInputs NO_ANY = new PolicyInputs(Set.of(), false, false, true);

    private static PolicyInputs set(String... policies) {
        return new PolicyInputs(Set.of(policies), false, false, false);
    }

    private static PolicyInputs explicit(String... policies) {
        return new PolicyInputs(Set.of(policies), true, false, false);
    }

    // These mails are valid, as their name says, for one input and not for others.
    private static final Set<String> ONLY_BY_INPUTS = Set.of(
            "SignedValidPolicyMappingTest1",
            "SignedValidPolicyMappingTest3",
            "SignedValidPolicyMappingTest5",
            "SignedValidPolicyMappingTest6");

    static Stream<Arguments> policyTests() {
        return Stream.of(
                Arguments.of("SignedAllCertificatesSamePolicyTest1", EXPLICIT, true),
                Arguments.of("SignedAllCertificatesSamePolicyTest1", explicit(P1), true),
                Arguments.of("SignedAllCertificatesSamePolicyTest1", explicit(P2), false),
                Arguments.of("SignedAllCertificatesSamePolicyTest1", explicit(P1, P2), true),
                Arguments.of("SignedAllCertificatesNoPoliciesTest2", NONE, true),
                Arguments.of("SignedAllCertificatesNoPoliciesTest2", EXPLICIT, false),
                Arguments.of("SignedDifferentPoliciesTest3", NONE, true),
                Arguments.of("SignedDifferentPoliciesTest3", EXPLICIT, false),
                Arguments.of("SignedDifferentPoliciesTest3", explicit(P1, P2), false),
                Arguments.of("SignedDifferentPoliciesTest4", NONE, false),
                Arguments.of("SignedDifferentPoliciesTest5", NONE, false),
                Arguments.of("SignedOverlappingPoliciesTest6", NONE, true),
                Arguments.of("SignedOverlappingPoliciesTest6", set(P1), true),
                Arguments.of("SignedOverlappingPoliciesTest6", set(P2), false),
                Arguments.of("SignedDifferentPoliciesTest7", NONE, false),
                Arguments.of("SignedDifferentPoliciesTest8", NONE, false),
                Arguments.of("SignedDifferentPoliciesTest9", NONE, false),
                Arguments.of("SignedAllCertificatesSamePoliciesTest10", NONE, true),
                Arguments.of("SignedAllCertificatesSamePoliciesTest10", set(P1), true),
                Arguments.of("SignedAllCertificatesSamePoliciesTest10", set(P2), true),
                Arguments.of("SignedAllCertificatesAnyPolicyTest11", NONE, true),
                Arguments.of("SignedAllCertificatesAnyPolicyTest11", set(P1), true),
                Arguments.of("SignedDifferentPoliciesTest12", NONE, false),
                Arguments.of("SignedAllCertificatesSamePoliciesTest13", set(P1), true),
                Arguments.of("SignedAllCertificatesSamePoliciesTest13", set(P2), true),
                Arguments.of("SignedAllCertificatesSamePoliciesTest13", set(P3), true),
                Arguments.of("SignedAnyPolicyTest14", set(P1), true),
                Arguments.of("SignedAnyPolicyTest14", set(P2), false),
                Arguments.of("SignedUserNoticeQualifierTest15", NONE, true),
                Arguments.of("SignedUserNoticeQualifierTest16", NONE, true),
                Arguments.of("SignedUserNoticeQualifierTest17", NONE, true),
                Arguments.of("SignedUserNoticeQualifierTest18", set(P1), true),
                Arguments.of("SignedUserNoticeQualifierTest18", set(P2), true),
                Arguments.of("SignedUserNoticeQualifierTest19", NONE, true),
                Arguments.of("SignedCPSPointerQualifierTest20", explicit(P1), true),
                Arguments.of("SignedValidPolicyMappingTest1", set(P1), true),
                Arguments.of("SignedValidPolicyMappingTest1", set(P2), false),
                Arguments.of("SignedValidPolicyMappingTest1", NO_MAPPING, false),
                Arguments.of("SignedInvalidPolicyMappingTest2", NO_MAPPING, false),
                Arguments.of("SignedValidPolicyMappingTest3", set(P1), false),
                Arguments.of("SignedValidPolicyMappingTest3", set(P2), true),
                Arguments.of("SignedValidPolicyMappingTest5", set(P1), true),
                Arguments.of("SignedValidPolicyMappingTest5", set(P6), false),
                Arguments.of("SignedValidPolicyMappingTest6", set(P1), true),
                Arguments.of("SignedValidPolicyMappingTest6", set(P6), false),
                Arguments.of("SignedValidPolicyMappingTest12", set(P1), true),
                Arguments.of("SignedValidPolicyMappingTest12", set(P2), true),
                Arguments.of("SignedinhibitAnyPolicyTest3", NONE, true),
                Arguments.of("SignedinhibitAnyPolicyTest3", NO_ANY, false),
                Arguments.of("SignedMissingCRLTest1", NONE, false));
    }

    @ParameterizedTest
    @MethodSource("policyTests")
    void policyInputsDecide(String name, PolicyInputs inputs, boolean isValid) throws Exception {
        CertificateStatus status = Pkits.judge(pkits.validator(inputs), pkits.mail(name));
        assertThat(status instanceof CertificateStatus.Usable).as(status.text()).isEqualTo(isValid);
    }
}
