package org.postseal.certstore.remote.ldap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.unboundid.ldap.sdk.Entry;
import com.unboundid.ldap.sdk.LDAPConnection;
import com.unboundid.ldap.sdk.Modification;
import com.unboundid.ldap.sdk.ModificationType;
import com.unboundid.ldap.sdk.SearchScope;
import com.unboundid.ldif.LDIFReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.Corpora;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.source.Candidate;

/** Reads the certificates of NIST's suite from a real slapd, and publishes ours to it. */
class LdapEntriesIT {
    @TempDir
    Path folder;

    @Test
    void readsEveryUserOfPkits() throws Exception {
        Path pkits = Corpora.folder("pkits");
        try (Slapd slapd = Slapd.in(folder.resolve("slapd"))
                .suffix("c=US")
                .schema(pkits.resolve("pkits.schema"))
                .build()) {
            slapd.start();
            List<Entry> users = new ArrayList<>();
            try (LDAPConnection admin = slapd.admin();
                    LDIFReader entries =
                            new LDIFReader(pkits.resolve("pkits.ldif").toFile())) {
                // The entries are not loaded offline: an entry with objectClass in two places has one attribute for
                // slapd, but two for slapadd.
                for (Entry each = entries.readEntry(); each != null; each = entries.readEntry()) {
                    admin.add(each);
                }
                users.addAll(admin.search("c=US", SearchScope.SUB, "(userCertificate;binary=*)")
                        .getSearchEntries());
                for (int i = 0; i < users.size(); i++) {
                    // The suite's entries have no address.
                    admin.modify(
                            users.get(i).getDN(),
                            new Modification(ModificationType.ADD, "objectClass", "testMailUser"),
                            new Modification(ModificationType.ADD, "mail", "user" + i + "@pkits.example"));
                }
            }
            assertThat(users).hasSizeGreaterThan(200);
            LdapSettings settings = LdapSettings.of(
                    "pkits",
                    LdapSettings.Servers.of(slapd.url()),
                    LdapSettings.Query.of("c=US", new LdapShape.Generic()));
            try (LdapConnections connections = new LdapConnections(settings)) {
                LdapCertificateSource source = new LdapCertificateSource(connections);
                for (int i = 0; i < users.size(); i++) {
                    long before = source.unreadableValues();
                    byte[][] values =
                            Objects.requireNonNull(users.get(i).getAttributeValueByteArrays("userCertificate;binary"));
                    List<byte[]> found = source.find(MailAddress.of("user" + i + "@pkits.example")).stream()
                            .map(Candidate::certificate)
                            .map(MailCertificate::encoded)
                            .toList();
                    assertThat(List.of(values)).as(users.get(i).getDN()).containsAll(found);
                    assertThat(found.size() + source.unreadableValues() - before)
                            .isEqualTo(values.length);
                }
                System.out.printf(
                        "%d entries of PKITS, %d values unreadable%n", users.size(), source.unreadableValues());
            }
        }
    }

    @Test
    void publishesUnderAnAssertion() throws Exception {
        MailAddress alice = MailAddress.of("alice@example.com");
        MailCertificate expired = Certificates.issued("alice@example.com", -400);
        MailCertificate old = Certificates.issued("alice@example.com", 0);
        MailCertificate fresh = Certificates.issued("alice@example.com", 100);
        try (Slapd slapd = Slapd.in(folder.resolve("slapd")).build()) {
            slapd.load("""
                dn: dc=example,dc=com
                objectClass: domain
                dc: example

                dn: cn=Alice,dc=example,dc=com
                objectClass: inetOrgPerson
                cn: Alice
                sn: A
                mail: alice@example.com
                """).start();
            LdapSettings settings = LdapSettings.of(
                            "slapd",
                            LdapSettings.Servers.of(slapd.url()),
                            LdapSettings.Query.of(slapd.suffix(), new LdapShape.Generic()))
                    .with(slapd.credentials());
            try (LdapConnections connections = new LdapConnections(settings);
                    LDAPConnection admin = slapd.admin()) {
                LdapPublisher publisher = new LdapPublisher(connections);
                // The first plan fills an empty entry, and the second replaces values.
                publisher.apply(publisher.plan(
                        alice, List.of(expired, old), new SmimeValue.Written(old.encoded()), Certificates.NOW));
                assertThat(values(admin, "userCertificate;binary"))
                        .containsExactlyInAnyOrder(expired.encoded(), old.encoded());
                PublishPlan plan = publisher.plan(
                        alice, List.of(fresh), new SmimeValue.Written(fresh.encoded()), Certificates.NOW);
                assertThat(plan.version()).isPresent();

                admin.modify("cn=Alice,dc=example,dc=com", new Modification(ModificationType.REPLACE, "title", "Boss"));
                LdapFailureException thrown =
                        catchThrowableOfType(LdapFailureException.class, () -> publisher.apply(plan));
                assertThat(Objects.requireNonNull(thrown).failure()).isEqualTo(LdapFailure.CHANGED_MEANWHILE);

                publisher.apply(publisher.plan(
                        alice, List.of(fresh), new SmimeValue.Written(fresh.encoded()), Certificates.NOW));
                assertThat(values(admin, "userCertificate;binary")).containsExactly(fresh.encoded());
                assertThat(values(admin, "userSMIMECertificate")).containsExactly(fresh.encoded());
                assertThat(new LdapCertificateSource(connections).find(alice))
                        .extracting(Candidate::certificate, Candidate::tier)
                        .containsExactly(org.assertj.core.groups.Tuple.tuple(fresh, 0));
            }
        }
    }

    private static List<byte[]> values(LDAPConnection admin, String attribute) throws Exception {
        Entry entry = Objects.requireNonNull(admin.getEntry("cn=Alice,dc=example,dc=com"));
        return List.of(Objects.requireNonNull(entry.getAttributeValueByteArrays(attribute)));
    }
}
