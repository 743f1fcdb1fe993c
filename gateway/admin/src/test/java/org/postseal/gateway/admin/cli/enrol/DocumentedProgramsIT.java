package org.postseal.gateway.admin.cli.enrol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.gateway.admin.cli.enrol.ScriptedWebAuthorities.html;
import static org.postseal.gateway.admin.cli.enrol.ScriptedWebAuthorities.json;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.gateway.admin.cli.Administration;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.testkit.HowtoPage;
import org.postseal.gateway.testkit.Requirements;

/**
 * The programs of the howto for Vault and for Active Directory Certificate Services: they order, wait, are refused, and
 * meet servers that are away or answer nonsense.
 */
final class DocumentedProgramsIT {
    @TempDir
    private Path folder;

    private ScriptedWebAuthorities server;
    private EnrolledColleague erin;

    @Test
    void vaultSignsAtOnce() throws Exception {
        install("sh rest");
        server.start();
        erin.joins();
        erin.isCertified();
        erin.signs("first");
        assertThat(server.asked)
                .containsExactly("POST /v1/pki/sign/smime-dual application/json " + TOKEN + " erin@ours.example");
        assertThat(server.commands).anyMatch(each -> each.contains("curl")).noneMatch(each -> each.contains(TOKEN));
    }

    @Test
    void vaultThatDoesNotSignLetsTheOrderWait() throws Exception {
        install("sh rest");
        erin.joins();
        assertThat(reason()).startsWith("curl: (7) ");
        server.start();
        assertThat(reason((_, _) -> json(503, Map.of("errors", List.of("Vault is sealed")))))
                .isEqualTo("Vault answers 503: Vault is sealed");
        assertThat(reason((_, _) -> json(403, Map.of("errors", List.of("1 error occurred:\n\t* permission denied\n")))))
                .isEqualTo("Vault answers 403: 1 error occurred: * permission denied");
        assertThat(reason((_, _) -> html(500, "Sorry"))).startsWith("Vault answers 500: jq: parse error: ");
        assertThat(reason((_, _) -> html(200, "Welcome")))
                .startsWith("jq: parse error: ")
                .endsWith(" (exit code 5)");
        assertThat(reason((_, _) -> json(200, Map.of()))).contains(" prints no certificate: ");
        assertThat(reason(ScriptedWebAuthorities::silence)).startsWith("curl: (28) ");
        server.faults = Set.of(AcmeFault.OTHER_KEY);
        assertThat(reason(server::vault)).isEqualTo("no certificate of the answer is for the key of the order");

        server.asked.clear();
        Files.writeString(folder.resolve("vault.token"), "");
        assertThat(reason(server::vault)).endsWith(" cannot reach the authority");
        assertThat(server.asked).isEmpty();

        // There is no chain if the issuer has none
        Files.writeString(folder.resolve("vault.token"), TOKEN + "\n");
        server.faults = Set.of();
        server.namesChain = false;
        erin.laterBy(Duration.ofDays(1));
        erin.isCertified();
    }

    @Test
    void vaultRefuses() throws Exception {
        install("sh rest");
        server.start();
        erin.joins();
        server.script = (_, _) -> json(400, Map.of("errors", List.of("email address not allowed by this role")));
        assertThat(refusal()).isEqualTo("Vault answers 400: email address not allowed by this role");
        server.script = server::vault;
        erin.admin.run("enrol retry erin@ours.example");
        erin.isCertified();
    }

    @Test
    void certsrvIssuesAtOnce() throws Exception {
        install("sh adcs");
        server.start();
        erin.joins();
        erin.isCertified();
        erin.signs("first");
        assertThat(server.asked).containsExactly(ORDER, FETCH);
        assertThat(state()).isEmpty();
    }

    @Test
    void certsrvIsAskedForTheSameRequestUntilItIsApproved() throws Exception {
        install("sh adcs");
        server.start();
        erin.joins();
        server.disposition = ScriptedWebAuthorities.PENDING;
        assertThat(reason()).isEqualTo("request 25 waits for an approval");
        assertThat(server.asked).containsExactly(ORDER, FETCH);
        // The program asks to be run again in 50 minutes, each time
        for (int fetched = 1; fetched < 3; fetched++) {
            erin.laterBy(Duration.ofMinutes(45));
            erin.waiting();
            assertThat(server.asked).hasSize(1 + fetched);
            erin.laterBy(Duration.ofMinutes(10));
            erin.waiting();
        }
        assertThat(reason((_, _) -> html(500, "Entschuldigung"))).endsWith("The requested URL returned error: 500");
        server.script = server::certsrv;
        server.disposition = ScriptedWebAuthorities.ISSUED;
        erin.laterBy(Duration.ofDays(1));
        erin.isCertified();
        erin.signs("first");
        assertThat(server.asked).containsExactly(ORDER, FETCH, FETCH, FETCH, FETCH);
        assertThat(state()).isEmpty();
    }

    @Test
    void certsrvDenies() throws Exception {
        install("sh adcs");
        server.start();
        erin.joins();
        server.disposition = ScriptedWebAuthorities.DENIED;
        assertThat(refusal()).isEqualTo("Ihre Anforderungs-ID ist 25. Die Meldung ist \"Vorlage 0x80094800\".");
        assertThat(state()).isEmpty();

        // After a retry, a manager denies the new request
        erin.admin.run("enrol retry erin@ours.example");
        server.disposition = ScriptedWebAuthorities.PENDING;
        assertThat(reason()).isEqualTo("request 26 waits for an approval");
        server.disposition = ScriptedWebAuthorities.DENIED;
        erin.laterBy(Duration.ofHours(1));
        assertThat(refusal()).isEqualTo("request 26 was denied");
        assertThat(state()).isEmpty();
        assertThat(server.asked).filteredOn(ORDER::equals).hasSize(2);
    }

    @Test
    void certsrvThatCannotBeUnderstoodLetsTheOrderWait() throws Exception {
        install("sh adcs");
        erin.joins();
        assertThat(reason()).startsWith("curl: (7) ");
        server.start();
        assertThat(reason((_, _) -> html(401, ""))).endsWith("The requested URL returned error: 401");
        assertThat(reason((_, _) -> html(500, ""))).endsWith("The requested URL returned error: 500");
        assertThat(reason((_, _) -> html(200, "Willkommen"))).isEqualTo("certsrv answers with a page of another kind");
        assertThat(reason(ScriptedWebAuthorities::silence)).startsWith("curl: (28) ");

        // It has ordered, and cannot fetch: another run orders nothing
        assertThat(reason((exchange, body) -> exchange.getRequestMethod().equals("POST")
                        ? server.certsrv(exchange, body)
                        : html(200, "Willkommen")))
                .isEqualTo("certsrv does not hand out request 25");
        server.faults = Set.of(AcmeFault.OTHER_KEY);
        assertThat(reason(server::certsrv)).isEqualTo("no certificate of the answer is for the key of the order");
        assertThat(server.asked).containsExactly(ORDER, FETCH);

        // What was not taken is ordered anew
        server.faults = Set.of();
        erin.laterBy(Duration.ofDays(1));
        erin.isCertified();
        assertThat(server.asked).containsExactly(ORDER, FETCH, ORDER, FETCH.replace("25", "26"));
        assertThat(state()).isEmpty();
    }

    /** Returns why the order waits after a run a day later, with another script. */
    private String reason(ScriptedWebAuthorities.Script another) {
        server.script = another;
        erin.laterBy(Duration.ofDays(1));
        return reason();
    }

    private String reason() {
        return erin.waiting().getFirst().replaceFirst("^waiting: erin@ours.example: ", "");
    }

    private String refusal() {
        Administration.Done done = erin.admin.run("enrol run");
        assertThat(done.exitCode()).as("%s %s", done.out(), done.err()).isEqualTo(ExitCode.REFUSED);
        return done.out().getFirst().replaceFirst("^refused: erin@ours.example: ", "");
    }

    /** Returns the names of the files that the program has left. */
    private String[] state() {
        return folder.resolve("state").toFile().list();
    }

    private void install(String mark) throws IOException {
        HowtoPage page = new HowtoPage(
                "howto-enrolment.md",
                Map.of(
                        "vault.example.com:8200",
                        server.host(),
                        "ca.example.com",
                        server.host(),
                        "/etc/postseal/",
                        folder + "/",
                        "/var/lib/postseal/",
                        folder.resolve("state") + "/",
                        "--max-time 50",
                        "--max-time 2",
                        "--max-time 25",
                        "--max-time 2"));
        Path program = Files.writeString(folder.resolve("enrol"), page.block(mark));
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        server.script = mark.endsWith("rest") ? server::vault : server::certsrv;
        erin.configure("""
                enrolment:
                  authorities: { bought: { exec: { command: [%s] } } }
                  users: [{ for: ours.example, authority: bought, key: rsa2048 }]
                """.formatted(program));
    }

    @BeforeEach
    void prepare() throws Exception {
        Requirements.programs("curl", "jq", "openssl");
        Path root = folder.resolve("root.pem");
        server = new ScriptedWebAuthorities(root);
        Files.copy(root, folder.resolve("vault.pem"));
        Files.copy(root, folder.resolve("adcs.pem"));
        Files.writeString(folder.resolve("vault.token"), TOKEN + "\n");
        Files.createDirectory(folder.resolve("state"));
        erin = new EnrolledColleague(folder, root);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static final String TOKEN = "hvs.CAESIJ";
    private static final String ORDER = "POST /certsrv/certfnsh.asp"
            + " {CertAttrib=CertificateTemplate:Postseal-dual, Mode=newreq, SaveCert=yes, TargetStoreFlags=0}";
    private static final String FETCH = "GET /certsrv/certnew.p7b?ReqID=25&Enc=bin";
}
