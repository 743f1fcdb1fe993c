package org.postseal.certstore.remote.ldap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import com.unboundid.ldap.sdk.Attribute;
import com.unboundid.ldap.sdk.Entry;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.Modification;
import com.unboundid.ldap.sdk.ModificationType;
import java.security.SignatureException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.SmimeCapabilities;
import org.postseal.certstore.format.UserSmimeWriter;
import org.postseal.certstore.issue.IssuedCertificate;
import org.postseal.certstore.issue.Profile;
import org.postseal.certstore.remote.ldap.PublishPlan.Kind;

/**
 * Publishes to a directory server in memory that, like Active Directory, cannot check a version of the entry. Values
 * are removed one by one.
 */
class LdapPublisherTest {
    private static final MailAddress ALICE = MailAddress.of("alice@example.com");
    private static final String DN = "cn=Alice," + FakeDirectory.BASE;
    private static final Instant LATER = Certificates.NOW.plus(Duration.ofDays(100));
    private static final byte[] GARBAGE = {1, 2, 3};

    private final MailCertificate expired = Certificates.issued("alice@example.com", -400);
    private final MailCertificate old = Certificates.issued("alice@example.com", 0);
    private final MailCertificate signing = Certificates.issued("alice@example.com", Profile.SIGN, -365, 180);
    private final MailCertificate fresh = Certificates.issued("alice@example.com", 100);
    private FakeDirectory directory;
    private LdapConnections connections;
    private LdapPublisher publisher;

    @BeforeEach
    void start() throws Exception {
        directory = new FakeDirectory();
        connections = new LdapConnections(directory.settings());
        publisher = new LdapPublisher(connections);
    }

    @AfterEach
    void stop() {
        connections.close();
        directory.close();
    }

    @Test
    void removesWhatIsExpiredOrSupersededAndSaysSo() throws Exception {
        entry(expired.encoded(), old.encoded(), signing.encoded(), GARBAGE);

        PublishPlan plan = publisher.plan(ALICE, List.of(fresh), new SmimeValue.Kept(), Certificates.NOW);

        assertThat(plan.steps())
                .extracting(PublishPlan.Step::kind, PublishPlan.Step::attribute, PublishPlan.Step::value)
                .containsExactly(
                        tuple(Kind.REMOVE, "userCertificate", expired.encoded()),
                        tuple(Kind.REMOVE, "userCertificate", old.encoded()),
                        tuple(Kind.KEEP, "userCertificate", signing.encoded()),
                        tuple(Kind.ADD, "userCertificate", fresh.encoded()),
                        tuple(Kind.KEEP, "userCertificate", GARBAGE));
        assertThat(plan.toString())
                .isEqualTo(DN + "\n"
                        + "remove userCertificate " + id(expired)
                        + ", valid from 2024-04-27T00:00:00Z to 2025-10-24T00:00:00Z, expired\n"
                        + "remove userCertificate " + id(old)
                        + ", valid from 2025-06-01T00:00:00Z to 2026-11-28T00:00:00Z, superseded by " + id(fresh)
                        + "\n"
                        + "keep   userCertificate " + id(signing)
                        + ", valid from 2025-06-01T00:00:00Z to 2026-11-28T00:00:00Z\n"
                        + "add    userCertificate " + id(fresh)
                        + ", valid from 2025-09-09T00:00:00Z to 2027-03-08T00:00:00Z\n"
                        + "keep   userCertificate 039058c6f2c0cb49, 3 octets, no certificate that can be read\n");
        // Nothing has happened yet.
        assertThat(values("userCertificate"))
                .containsExactly(expired.encoded(), old.encoded(), signing.encoded(), GARBAGE);

        publisher.apply(plan);

        assertThat(values("userCertificate")).containsExactlyInAnyOrder(signing.encoded(), GARBAGE, fresh.encoded());
        assertThat(publisher
                        .plan(ALICE, List.of(fresh), new SmimeValue.Kept(), Certificates.NOW)
                        .changesSomething())
                .isFalse();
    }

    @Test
    void keepsFifteenAndGivesUpUnreadableValuesFirst() throws Exception {
        List<byte[]> values = new ArrayList<>(List.of(GARBAGE, new byte[] {4}));
        for (int i = 0; i < 13; i++) {
            values.add(Certificates.issued("alice@example.com", 101 + i).encoded());
        }
        entry(values.toArray(byte[][]::new));

        PublishPlan plan = publisher.plan(ALICE, List.of(fresh), new SmimeValue.Kept(), Certificates.NOW);

        assertThat(plan.steps("userCertificate", Kind.REMOVE))
                .extracting(PublishPlan.Step::value, PublishPlan.Step::words)
                .containsExactly(tuple(
                        new byte[] {4}, "e52d9c508c502347, 1 octets, no certificate that can be read, no room for it"));
    }

    @Test
    void refusesToDropValidOnes() throws Exception {
        byte[][] values = new byte[15][];
        for (int i = 0; i < values.length; i++) {
            values[i] = Certificates.issued("alice@example.com", 101 + i).encoded();
        }
        entry(values);

        assertThat(failure(() -> publisher.plan(ALICE, List.of(fresh), new SmimeValue.Kept(), Certificates.NOW)))
                .isEqualTo(LdapFailure.OVER_LIMIT);
    }

    @Test
    void replacesTheBundle() throws Exception {
        entry(fresh.encoded());
        byte[] bundle = old.encoded();
        directory.server().modify(DN, new Modification(ModificationType.ADD, "userSMIMECertificate", GARBAGE));

        PublishPlan plan = publisher.plan(ALICE, List.of(fresh), new SmimeValue.Written(bundle), Certificates.NOW);
        publisher.apply(plan);

        assertThat(plan.steps("userSMIMECertificate", Kind.REMOVE))
                .extracting(PublishPlan.Step::words)
                .containsExactly("039058c6f2c0cb49, 3 octets, superseded, unreadable");
        assertThat(values("userSMIMECertificate")).containsExactly(bundle);
        assertThat(values("userCertificate")).containsExactly(fresh.encoded());
    }

    @Test
    void clearsTheBundleWhenAsked() throws Exception {
        entry(fresh.encoded());
        directory.server().modify(DN, new Modification(ModificationType.ADD, "userSMIMECertificate", GARBAGE));

        PublishPlan plan = publisher.plan(ALICE, List.of(fresh), new SmimeValue.Cleared(), Certificates.NOW);
        publisher.apply(plan);

        assertThat(plan.steps("userSMIMECertificate", Kind.REMOVE))
                .extracting(PublishPlan.Step::words)
                .containsExactly("039058c6f2c0cb49, 3 octets, to be cleared");
        assertThat(Objects.requireNonNull(directory.server().getEntry(DN)).hasAttribute("userSMIMECertificate"))
                .isFalse();
        assertThat(values("userCertificate")).containsExactly(fresh.encoded());
    }

    @Test
    void keepsABundleThatSaysTheSame() throws Exception {
        IssuedCertificate alice = Certificates.authority()
                .request(ALICE)
                .validity(Certificates.NOW, LATER)
                .issue();
        byte[] before = bundle(alice, Certificates.NOW);
        entry(alice.certificate().encoded());
        directory.server().modify(DN, new Modification(ModificationType.ADD, "userSMIMECertificate", before));

        PublishPlan plan = publisher.plan(
                ALICE, List.of(alice.certificate()), new SmimeValue.Written(bundle(alice, LATER)), Certificates.NOW);

        assertThat(plan.steps())
                .extracting(PublishPlan.Step::kind, PublishPlan.Step::value)
                .containsExactly(tuple(Kind.KEEP, alice.certificate().encoded()), tuple(Kind.KEEP, before));
    }

    private static byte[] bundle(IssuedCertificate owner, Instant time) throws SignatureException {
        SmimeCapabilities capabilities =
                new SmimeCapabilities(List.of(new AlgorithmIdentifier(NISTObjectIdentifiers.id_aes256_CBC)));
        return UserSmimeWriter.write(owner.keyHandle(), owner.certificate(), owner.chain(), capabilities, time);
    }

    @Test
    void failsWhenAValueItRemovesIsGone() throws Exception {
        entry(old.encoded(), signing.encoded());
        PublishPlan plan = publisher.plan(ALICE, List.of(fresh), new SmimeValue.Kept(), Certificates.NOW);
        directory.server().modify(DN, new Modification(ModificationType.DELETE, "userCertificate", old.encoded()));

        assertThat(failure(() -> publisher.apply(plan))).isEqualTo(LdapFailure.CHANGED_MEANWHILE);
        assertThat(values("userCertificate")).containsExactly(signing.encoded());
    }

    @Test
    void leavesAloneWhatSomebodyElseAdds() throws Exception {
        entry(old.encoded());
        PublishPlan plan = publisher.plan(ALICE, List.of(fresh), new SmimeValue.Kept(), Certificates.NOW);
        directory.server().modify(DN, new Modification(ModificationType.ADD, "userCertificate", signing.encoded()));

        publisher.apply(plan);

        assertThat(values("userCertificate")).containsExactlyInAnyOrder(signing.encoded(), fresh.encoded());
    }

    @Test
    void writesToNobodyElsesEntry() throws Exception {
        assertThat(failure(() -> publisher.plan(ALICE, List.of(fresh), new SmimeValue.Kept(), Certificates.NOW)))
                .isEqualTo(LdapFailure.NO_ENTRY);
        entry();
        MailCertificate bobs = Certificates.issued("bob@example.com", 0);
        assertThat(failure(() -> publisher.plan(ALICE, List.of(bobs), new SmimeValue.Kept(), Certificates.NOW)))
                .isEqualTo(LdapFailure.REFUSED);
        directory.add("cn=Twin", new Attribute("objectClass", "user"), new Attribute("mail", "alice@example.com"));
        assertThat(failure(() -> publisher.plan(ALICE, List.of(fresh), new SmimeValue.Kept(), Certificates.NOW)))
                .isEqualTo(LdapFailure.AMBIGUOUS);
    }

    private interface Step {
        void run() throws LdapFailureException;
    }

    private static LdapFailure failure(Step step) {
        LdapFailureException thrown = catchThrowableOfType(LdapFailureException.class, step::run);
        assertThat(thrown).isNotNull();
        return Objects.requireNonNull(thrown).failure();
    }

    private void entry(byte[]... values) throws LDAPException {
        List<Attribute> attributes = new ArrayList<>(
                List.of(new Attribute("objectClass", "user"), new Attribute("mail", "alice@example.com")));
        if (values.length > 0) {
            attributes.add(new Attribute("userCertificate", values));
        }
        directory.add("cn=Alice", attributes.toArray(Attribute[]::new));
    }

    private List<byte[]> values(String attribute) throws LDAPException {
        Entry entry = Objects.requireNonNull(directory.server().getEntry(DN));
        return List.of(Objects.requireNonNull(entry.getAttributeValueByteArrays(attribute)));
    }

    private static String id(MailCertificate certificate) {
        return certificate.id().hex().substring(0, 16);
    }
}
