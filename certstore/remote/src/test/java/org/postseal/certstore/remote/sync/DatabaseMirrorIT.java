package org.postseal.certstore.remote.sync;

import static org.assertj.core.api.Assertions.assertThat;

import com.unboundid.ldap.sdk.LDAPConnection;
import com.unboundid.ldap.sdk.Modification;
import com.unboundid.ldap.sdk.ModificationType;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.database.CertificateDatabase;
import org.postseal.certstore.database.DatabaseSources;
import org.postseal.certstore.database.Samples;
import org.postseal.certstore.remote.ldap.Slapd;
import org.postseal.certstore.source.Candidate;
import org.postseal.certstore.source.CertificateSource;

/** Mirrors a real slapd by syncrepl into the database, and finds the certificates there by a look-up. */
class DatabaseMirrorIT extends SlapdSyncFixture {
    private static final MailAddress PROXY = MailAddress.of("alice.proxy@example.org");
    private static final int USERS = 10_000;

    @Test
    void aCertificateIsFoundByProxyAddressAndFollowsTheServer() throws Exception {
        MailCertificate first = Samples.certificate(Samples.ALICE);
        MailCertificate second = Samples.certificate(Samples.ALICE);
        String alice = "dn: uid=alice," + PEOPLE
                + "\nobjectClass: inetOrgPerson\nobjectClass: testMailGroup\nuid: alice\n"
                + "cn: Alice\nsn: A\nmail: alice@example.com\nproxyAddresses: smtp:" + PROXY
                + "\nuserCertificate;binary:: " + base64(first) + "\n";
        try (Slapd slapd = slapd("syncprov-sessionlog 1000")
                        .load(people(1, 3) + alice)
                        .start();
                CertificateDatabase database = CertificateDatabase.open(folder.resolve("postseal.db"));
                LDAPConnection admin = slapd.admin()) {
            SyncRunner runner = runner(slapd, database);
            assertThat(counts(runner.once(false))).isEqualTo("4 added, 0 changed, 0 deleted, 0 unchanged");
            CertificateSource source = DatabaseSources.mirror(database, SOURCE, _ -> true, false);
            assertThat(certificates(source)).containsExactly(first);

            admin.modify(
                    "uid=alice," + PEOPLE,
                    new Modification(
                            ModificationType.REPLACE,
                            "userCertificate;binary",
                            second.holder().getEncoded()));
            assertThat(counts(runner.once(false))).isEqualTo("0 added, 1 changed, 0 deleted, 0 unchanged");
            assertThat(certificates(source)).containsExactly(second);
            assertThat(database.certificates().find(first.id())).isEmpty();

            admin.delete("uid=alice," + PEOPLE);
            assertThat(counts(runner.once(false))).isEqualTo("0 added, 0 changed, 1 deleted, 0 unchanged");
            assertThat(certificates(source)).isEmpty();
            assertThat(database.certificates().find(second.id())).isEmpty();
        }
    }

    @Test
    void readsTenThousandUsersAndThenNothing() throws Exception {
        StringBuilder ldif = new StringBuilder(people(1, 0));
        String[] certificates = new String[100];
        for (int i = 0; i < certificates.length; i++) {
            certificates[i] = base64(Samples.certificate(MailAddress.of("u" + i + "@example.com")));
        }
        for (int i = 0; i < USERS; i++) {
            ldif.append("dn: ").append(dn(i)).append("\nobjectClass: inetOrgPerson\nuid: u");
            ldif.append(i).append("\ncn: U\nsn: U\nmail: u").append(i);
            ldif.append("@example.com\nuserCertificate;binary:: ").append(certificates[i % certificates.length]);
            ldif.append("\n\n");
        }
        try (Slapd slapd =
                        slapd("syncprov-sessionlog 1000").load(ldif.toString()).start();
                CertificateDatabase database = CertificateDatabase.open(folder.resolve("postseal.db"))) {
            for (String expected : List.of(
                    "10000 added, 0 changed, 0 deleted, 0 unchanged",
                    "0 added, 0 changed, 0 deleted, 10000 unchanged")) {
                SyncSettings full = settings().withMethod(SyncMethod.FULL);
                long start = System.nanoTime();
                SyncReport report = new SyncRunner(
                                full,
                                server(slapd),
                                new DatabaseMirror(database, InstantSource.system()),
                                InstantSource.system())
                        .once(false);
                double seconds = (System.nanoTime() - start) / 1e9;
                assertThat(counts(report)).isEqualTo(expected);
                System.out.printf("%s: %.0f entries/s%n", expected, USERS / seconds);
            }
            assertThat(database.mirrors().count(SOURCE)).isEqualTo(USERS);
        }
    }

    private static SyncRunner runner(Slapd slapd, CertificateDatabase database) {
        return new SyncRunner(
                settings(),
                server(slapd),
                new DatabaseMirror(database, InstantSource.system()),
                InstantSource.system());
    }

    private static List<MailCertificate> certificates(CertificateSource source) {
        return source.find(PROXY).stream().map(Candidate::certificate).toList();
    }

    private static String base64(MailCertificate certificate) throws java.io.IOException {
        return Base64.getEncoder().encodeToString(certificate.holder().getEncoded());
    }
}
