package org.postseal.certstore.remote.ldap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.StoreUnavailableException;
import org.postseal.certstore.source.Candidate;

/**
 * Asks a real slapd with a hundred thousand users (property {@code postseal.test.users}). The tests kill it, pause it
 * and start it again.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class LdapServerIT {
    private static final int USERS = Integer.getInteger("postseal.test.users", 100_000);
    private static final String BASE = "dc=example,dc=com";
    private static final MailCertificate CERTIFICATE = Certificates.issued("user7@example.com", 0);

    @TempDir
    static Path folder;

    @AutoClose
    private static Slapd slapd;

    @BeforeAll
    static void start() throws IOException {
        slapd = Slapd.in(folder.resolve("slapd"))
                .global("referral ldap://elsewhere.example/")
                .build();
        Path ldif = folder.resolve("users.ldif");
        try (Writer out = Files.newBufferedWriter(ldif)) {
            write(out);
        }
        long start = System.nanoTime();
        slapd.load(ldif);
        System.out.printf("%d users loaded in %d ms%n", USERS, (System.nanoTime() - start) / 1_000_000);
        slapd.start();
    }

    @Test
    @Order(1)
    void findsByEveryAddress() throws Exception {
        try (LdapConnections connections = new LdapConnections(settings())) {
            LdapCertificateSource source = new LdapCertificateSource(connections);
            for (String address : List.of("user7@example.com", "U7@Example.ORG", "\"user7\"@example.com")) {
                assertThat(source.find(MailAddress.of(address)))
                        .extracting(Candidate::certificate, Candidate::tier, Candidate::owner)
                        .containsExactly(org.assertj.core.groups.Tuple.tuple(
                                CERTIFICATE,
                                1,
                                List.of(MailAddress.of("user7@example.com"), MailAddress.of("u7@example.org"))));
            }
            assertThat(source.find(MailAddress.of("nobody@example.com"))).isEmpty();
            assertThat(source.find(MailAddress.of("\"*)(uid=*\"@example.com"))).isEmpty();
            assertThat(source.find(MailAddress.of("жук@example.com"))).isEmpty();
        }
    }

    @Test
    @Order(2)
    void answersManyAtATime() throws Exception {
        LdapSettings settings = settings();
        try (LdapConnections connections = new LdapConnections(settings);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            LdapCertificateSource source = new LdapCertificateSource(connections);
            long start = System.nanoTime();
            List<Future<List<Candidate>>> answers = new ArrayList<>();
            for (int i = 0; i < 2_000; i++) {
                MailAddress address = MailAddress.of("user" + i * (USERS / 2_000) + "@example.com");
                answers.add(threads.submit(() -> source.find(address)));
            }
            for (Future<List<Candidate>> each : answers) {
                assertThat(each.get()).isEmpty();
            }
            System.out.printf("2000 look-ups in %d ms%n", (System.nanoTime() - start) / 1_000_000);
        }
    }

    @Test
    @Order(3)
    void namesWhatIsWrong() throws Exception {
        LdapSettings good = settings();
        Path wrong = Files.writeString(folder.resolve("wrong"), "wrong\n");
        LdapSettings.Query notThere = LdapSettings.Query.of("ou=gone," + BASE, new LdapShape.Generic());
        LdapSettings.Query elsewhere = LdapSettings.Query.of("dc=example,dc=net", new LdapShape.Generic());
        LdapSettings.Query everybody =
                LdapSettings.Query.of(BASE, new LdapShape.Template("(&(objectClass=inetOrgPerson)(!(uid={local})))"));
        LdapSettings.Limits one = good.limits();

        assertThat(failure(good.with(new LdapSettings.Credentials(slapd.adminDn(), wrong))))
                .isEqualTo(LdapFailure.CREDENTIALS_REFUSED);
        assertThat(failure(good.with(new LdapSettings.Credentials(slapd.adminDn(), folder.resolve("none")))))
                .isEqualTo(LdapFailure.MISCONFIGURED);
        assertThat(failure(good.with(notThere))).isEqualTo(LdapFailure.NO_BASE);
        assertThat(failure(good.with(elsewhere))).isEqualTo(LdapFailure.REFERS_ELSEWHERE);
        assertThat(failure(good.with(everybody))).isEqualTo(LdapFailure.AMBIGUOUS);
        assertThat(failure(good.with(everybody)
                        .with(new LdapSettings.Limits(
                                one.connect(),
                                one.response(),
                                one.total(),
                                one.connections(),
                                one.pageSize(),
                                1,
                                one.values(),
                                one.messageOctets()))))
                .isEqualTo(LdapFailure.OVER_LIMIT);
    }

    @Test
    @Order(4)
    void expandsAGroupOfThousands() throws Exception {
        try (LdapConnections connections = new LdapConnections(settings())) {
            long start = System.nanoTime();
            GroupExpansion expansion =
                    new LdapGroups(connections).members(MailAddress.of("all@example.com"), Duration.ofSeconds(30));
            System.out.printf("5000 members in %d ms%n", (System.nanoTime() - start) / 1_000_000);
            assertThat(expansion)
                    .isInstanceOfSatisfying(
                            GroupExpansion.Members.class,
                            members -> assertThat(members.members()).hasSize(5_000));
        }
    }

    @Test
    @Order(5)
    void failsWhileTheServerIsDeadAndRecovers() throws Exception {
        try (LdapConnections connections = new LdapConnections(settings())) {
            LdapCertificateSource source = new LdapCertificateSource(connections);
            MailAddress address = MailAddress.of("user7@example.com");
            assertThat(source.find(address)).hasSize(1);

            // The server restarts between two look-ups. The kept connection is stale, and the caller does not notice.
            slapd.kill();
            slapd.start();
            assertThat(source.find(address)).hasSize(1);

            slapd.kill();
            assertThat(failure(source)).isEqualTo(LdapFailure.UNREACHABLE);
            slapd.start();
            assertThat(source.find(address)).hasSize(1);
        }
    }

    @Test
    @Order(6)
    void waitsForAHeldServerNoLongerThanTheLimit() throws Exception {
        LdapSettings settings = settings();
        Duration second = Duration.ofSeconds(1);
        settings = settings.with(settings.limits().times(second, second, second.plusMillis(500)));
        try (LdapConnections connections = new LdapConnections(settings)) {
            LdapCertificateSource source = new LdapCertificateSource(connections);
            assertThat(source.find(MailAddress.of("user7@example.com"))).hasSize(1);
            slapd.pause();
            try {
                for (int i = 0; i < 2; i++) {
                    long start = System.nanoTime();
                    assertThat(failure(source)).isEqualTo(LdapFailure.TIMED_OUT);
                    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(2_500));
                }
            } finally {
                slapd.resume();
            }
            assertThat(source.find(MailAddress.of("user7@example.com"))).hasSize(1);
        }
    }

    private static LdapSettings settings() {
        return LdapSettings.of(
                        "slapd",
                        LdapSettings.Servers.of(slapd.url()),
                        LdapSettings.Query.of(BASE, new LdapShape.Generic()))
                .with(slapd.credentials());
    }

    private static LdapFailure failure(LdapSettings settings) throws LdapFailureException {
        try (LdapConnections connections = new LdapConnections(settings)) {
            return failure(new LdapCertificateSource(connections));
        }
    }

    private static LdapFailure failure(LdapCertificateSource source) {
        StoreUnavailableException thrown = catchThrowableOfType(
                StoreUnavailableException.class, () -> source.find(MailAddress.of("user7@example.com")));
        if (thrown != null && thrown.getCause() instanceof LdapFailureException named) {
            return named.failure();
        }
        throw new AssertionError("no failure with a name", thrown);
    }

    private static void write(Writer out) throws IOException {
        out.write("dn: " + BASE + "\nobjectClass: domain\ndc: example\n\n");
        out.write("dn: ou=people," + BASE + "\nobjectClass: organizationalUnit\nou: people\n\n");
        for (int i = 0; i < USERS; i++) {
            out.write("dn: uid=user" + i + ",ou=people," + BASE + "\nobjectClass: inetOrgPerson\n"
                    + "objectClass: testMailUser\nuid: user" + i + "\ncn: User " + i + "\nsn: " + i + "\nmail: user"
                    + i + "@example.com\nproxyAddresses: SMTP:user" + i + "@example.com\nproxyAddresses: smtp:u" + i
                    + "@example.org\n");
            if (i == 7) {
                out.write(
                        "userCertificate;binary:: " + Base64.getEncoder().encodeToString(CERTIFICATE.encoded()) + "\n");
            }
            out.write("\n");
        }
        out.write("dn: cn=all," + BASE + "\nobjectClass: groupOfNames\nobjectClass: testMailGroup\ncn: all\n"
                + "mail: all@example.com\n");
        for (int i = 0; i < 5_000; i++) {
            out.write("member: uid=user" + i + ",ou=people," + BASE + "\n");
        }
        out.write("\n");
    }
}
