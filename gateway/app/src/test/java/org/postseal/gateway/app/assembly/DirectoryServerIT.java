package org.postseal.gateway.app.assembly;

import static org.assertj.core.api.Assertions.assertThat;

import com.unboundid.ldap.sdk.LDAPConnection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.remote.ldap.Slapd;
import org.postseal.gateway.app.assembly.DirectoryRoad.Form;
import org.postseal.gateway.road.pipeline.Parties;
import org.postseal.gateway.testkit.AuditLine;
import org.postseal.gateway.testkit.Await;

/**
 * Runs a gateway that knows its recipients from a real slapd alone. The slapd answers, is down, hangs, or is copied.
 */
class DirectoryServerIT {
    private static final String EVE = "eve@must.example";
    private static final String FRANK = "frank@must.example";
    private static final String GINA = "gina@may.example";
    private static final String HUGO = "hugo@may.example";
    private static final String WAITS = "451 4.7.5 Certificate look-up failed";
    private static final String NEVER_COPIED =
            "deferred: certificate of %s: mirror:corp: was never copied: postseal directory sync does it";

    @TempDir
    private Path home;

    @Test
    void asksTheServerAndWhileItIsDownTakesWhatItSaidBefore() throws Exception {
        try (Slapd slapd = slapd();
                DirectoryRoad road = start(slapd, "")) {
            assertThat(road.to(EVE)).startsWith("250");
            assertThat(road.lastSent()).isEqualTo(Form.ENCRYPTED);
            assertThat(road.to(GINA)).startsWith("250");
            assertThat(road.lastSent()).isEqualTo(Form.ENCRYPTED);
            assertThat(road.to("nobody@must.example")).startsWith("550 5.7.1");

            slapd.stop();
            assertThat(road.to(EVE)).startsWith("250");
            assertThat(road.lastSent()).isEqualTo(Form.ENCRYPTED);
            int before = road.sent().size();
            assertThat(road.to(FRANK)).isEqualTo(WAITS);
            assertThat(road.to(HUGO)).isEqualTo(WAITS);
            assertThat(road.sent()).hasSize(before);

            slapd.start();
            Await.until(() -> road.to(FRANK).startsWith("250"), () -> "the server is back and not asked");
            assertThat(road.lastSent()).isEqualTo(Form.ENCRYPTED);
            assertThat(road.to(HUGO)).startsWith("250");
            assertThat(road.lastSent()).isEqualTo(Form.ENCRYPTED);
        }
    }

    @Test
    void anAddressIsNoFilter() throws Exception {
        try (Slapd slapd = slapd();
                DirectoryRoad road = start(slapd, "")) {
            for (String address :
                    List.of("*@must.example", "\"*)(mail=*\"@must.example", "\"eve)(cn=*\"@must.example")) {
                assertThat(road.to(address)).startsWith("550 5.7.1");
            }
            assertThat(road.to("*@may.example")).startsWith("250");
            assertThat(road.lastSent()).isEqualTo(Form.CLEAR);
            assertThat(road.to(EVE)).startsWith("250");
            assertThat(road.lastSent()).isEqualTo(Form.ENCRYPTED);
        }
    }

    @Test
    void aServerThatHangsCostsItsTimeLimitAndNoMoreThanDelay() throws Exception {
        try (Slapd slapd = slapd();
                DirectoryRoad road = start(slapd, "")) {
            assertThat(road.to(EVE)).startsWith("250");
            slapd.pause();
            try {
                // The sender has a time limit as well, which is far above that of the server
                assertThat(road.to(FRANK)).isEqualTo(WAITS);
                assertThat(road.to(HUGO)).isEqualTo(WAITS);
                assertThat(road.sent()).hasSize(1);
                assertThat(road.to(EVE)).startsWith("250");
                assertThat(road.lastSent()).isEqualTo(Form.ENCRYPTED);
            } finally {
                slapd.resume();
            }
            Await.until(() -> road.to(FRANK).startsWith("250"), () -> "the server goes on and is not asked");
            assertThat(road.lastSent()).isEqualTo(Form.ENCRYPTED);
        }
    }

    @Test
    void followsTheServerAndKeepsTheCopyWhenItIsDown() throws Exception {
        String sync = ", sync: {}";
        try (Slapd slapd = slapd()) {
            try (DirectoryRoad road = start(slapd, sync)) {
                Await.until(() -> road.to(EVE).startsWith("250"), () -> "the copy is not made");
                assertThat(road.lastSent()).isEqualTo(Form.ENCRYPTED);

                String ida = "ida@must.example";
                assertThat(road.to(ida)).startsWith("550 5.7.1");
                try (LDAPConnection admin = slapd.admin()) {
                    admin.add(person(ida).split("\n"));
                    Await.until(() -> road.to(ida).startsWith("250"), () -> "what was added is not used");
                    assertThat(road.lastSent()).isEqualTo(Form.ENCRYPTED);
                    admin.delete(dn(EVE));
                }
                Await.until(() -> road.to(EVE).startsWith("550 5.7.1"), () -> "what was deleted is still used");

                slapd.stop();
                assertThat(road.to(ida)).startsWith("250");
                assertThat(road.to(FRANK)).startsWith("250");
                assertThat(road.lastSent()).isEqualTo(Form.ENCRYPTED);
                assertThat(road.to(EVE)).startsWith("550 5.7.1");
            }
            try (DirectoryRoad again = start(slapd, sync)) {
                assertThat(again.to(FRANK)).startsWith("250");
                assertThat(again.lastSent()).isEqualTo(Form.ENCRYPTED);
            }
        }
    }

    @Test
    void aCopyKeepsToTheSettingsOfItsServer() throws Exception {
        String kim = "kim@must.example";
        String deep = "deep@must.example";
        String liz = "liz@may.example";
        try (Slapd slapd = slapd();
                LDAPConnection admin = slapd.admin()) {
            admin.add(person(kim, "mailLocalAddress", "audio").split("\n"));
            admin.add(person(liz, "mailLocalAddress", "audio").split("\n"));
            admin.add(person(deep, "mailLocalAddress", "audio")
                    .replace(dn(deep), "uid=deep," + dn(kim))
                    .split("\n"));
            try (DirectoryRoad road = start(slapd, """
                , scope: oneLevel, domains: [must.example]\
                , attributes: { mail: mailLocalAddress, certificates: audio }, sync: {}\
                """)) {
                Await.until(() -> road.to(kim).startsWith("250"), () -> "the copy does not have the attributes");
                assertThat(road.lastSent()).isEqualTo(Form.ENCRYPTED);
                assertThat(road.to(EVE)).as("by another attribute").startsWith("550 5.7.1");
                assertThat(road.to(deep)).as("below the scope").startsWith("550 5.7.1");
                assertThat(road.to(liz)).as("in another domain").startsWith("250");
                assertThat(road.lastSent()).isEqualTo(Form.CLEAR);
            }
        }
    }

    @Test
    void aCopyIsNotAskedForADomainThatItsServerNoLongerHas() throws Exception {
        try (Slapd slapd = slapd()) {
            try (DirectoryRoad road = start(slapd, ", sync: {}")) {
                Await.until(() -> road.to(EVE).startsWith("250"), () -> "the copy is not made");
                assertThat(road.to(GINA)).startsWith("250");
                assertThat(road.lastSent()).isEqualTo(Form.ENCRYPTED);
            }
            slapd.stop();
            try (DirectoryRoad road = start(slapd, ", domains: [must.example], sync: {}")) {
                assertThat(road.to(GINA)).startsWith("250");
                assertThat(road.lastSent()).isEqualTo(Form.CLEAR);
                assertThat(road.to(EVE)).startsWith("250");
                assertThat(road.lastSent()).isEqualTo(Form.ENCRYPTED);
            }
        }
    }

    @Test
    void aCopyThatWasNeverMadeIsNoEmptyOne() throws Exception {
        try (Slapd slapd = slapd()) {
            slapd.stop();
            try (DirectoryRoad road = start(slapd, ", sync: {}")) {
                assertThat(road.to(EVE)).isEqualTo(WAITS);
                assertThat(road.to(GINA)).isEqualTo(WAITS);
                assertThat(road.sent()).isEmpty();
            }
        }
        assertThat(AuditLine.read(home.resolve("gateway/audit.jsonl")).stream()
                        .filter(line -> line.is("recipient-done"))
                        .map(line -> String.valueOf(
                                ((List<?>) line.value("postseal.steps").orElseThrow()).getLast())))
                .containsExactly(NEVER_COPIED.formatted(EVE), NEVER_COPIED.formatted(GINA));
    }

    @Test
    void aReloadLosesNothingThatTheServerSaid() throws Exception {
        try (Slapd slapd = slapd();
                DirectoryRoad road = start(slapd, "")) {
            assertThat(road.to(EVE)).startsWith("250");
            slapd.stop();
            road.reload();
            assertThat(road.to(EVE)).startsWith("250");
            assertThat(road.lastSent()).isEqualTo(Form.ENCRYPTED);
        }
    }

    private Slapd slapd() throws IOException {
        Slapd slapd =
                Slapd.in(home.resolve("slapd")).database("overlay syncprov").build();
        return slapd.load("dn: dc=example,dc=com\nobjectClass: domain\ndc: example\n\n"
                        + Stream.of(EVE, FRANK, GINA, HUGO)
                                .map(DirectoryServerIT::person)
                                .collect(Collectors.joining("\n")))
                .start();
    }

    /** Starts a gateway that asks the server anew for every message and remembers nothing but its answers. */
    private DirectoryRoad start(Slapd slapd, String more) throws IOException {
        Files.createDirectories(home.resolve("gateway"));
        return DirectoryRoad.start(home.resolve("gateway"), """
            directory:
              database: postseal.db
              ldap:
                corp: { urls: "%s", base: "dc=example,dc=com", limits: { connect: 1s, response: 1s, total: 2s }%s }
              cache: { positive: 0s, negative: 0s, error: 0s }
            """.formatted(slapd.url(), more));
    }

    private static String person(String address) {
        return person(address, "mail", "userCertificate;binary");
    }

    private static String person(String address, String mail, String certificate) {
        return "dn: " + dn(address) + "\nobjectClass: inetOrgPerson\nobjectClass: inetLocalMailRecipient\nuid: "
                + address + "\ncn: User\nsn: User\n" + mail + ": " + address + "\n" + certificate + ":: "
                + Base64.getEncoder()
                        .encodeToString(Parties.issued(MailAddress.of(address))
                                .certificate()
                                .encoded())
                + "\n";
    }

    private static String dn(String address) {
        return "uid=" + address + ",dc=example,dc=com";
    }
}
