package org.postseal.gateway.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.gateway.audit.AuditConfig;
import org.postseal.gateway.audit.AuditEvent;
import org.postseal.gateway.audit.AuditLog;
import org.postseal.gateway.audit.PolicyText;
import org.postseal.gateway.audit.Records;
import org.postseal.gateway.audit.write.AuditLogs;
import org.postseal.gateway.config.PolicyFile;
import org.postseal.gateway.console.http.Page;

/** Tests the page of the policy, without a browser. */
final class PolicyPageTest {
    private static final Instant NOW = Instant.parse("2026-11-26T12:34:56Z");

    @TempDir
    private Path folder;

    @Test
    void theFileIsWhatTheGatewayHasTakenUp() throws IOException {
        SampleConsole console = console();
        assertThat(console.html("/policy")).contains("has not recorded yet which policy it enforces");

        record("policy-loaded", sha256(), List.of());
        assertThat(console.html("/policy"))
                .contains("This file is the policy that the gateway has taken up.")
                .contains("<dd>" + sha256() + "</dd>")
                .contains("<dd>since 2026-11-26 12:34:56 UTC</dd>")
                .doesNotContain("NOT");
    }

    @Test
    void aFileThatHasChangedSinceIsSaidToBeAnother() throws IOException {
        SampleConsole console = console();
        String before = sha256();
        record("policy-loaded", before, List.of());
        Files.writeString(folder.resolve("policy.yaml"), SampleConsole.POLICY + "# later\n");
        assertThat(sha256()).isNotEqualTo(before);
        assertThat(console.html("/policy"))
                .contains("This file is NOT the policy that the gateway enforces")
                .contains("<dd>" + before + "</dd>")
                .contains("<dd>" + sha256() + "</dd>");

        record("policy-reload-refused", sha256(), List.of("policy.yaml:3: rulez: is not known"));
        assertThat(console.html("/policy"))
                .contains("The gateway has refused a file on 2026-11-26 12:34:56 UTC, this one:")
                .contains("policy.yaml:3: rulez: is not known");

        record("policy-reloaded", sha256(), List.of());
        assertThat(console.html("/policy")).doesNotContain("NOT the policy").doesNotContain("refused a file");
    }

    @Test
    void aPolicyOfThenIsShownAsItIsKept() throws IOException {
        SampleConsole console = console();
        PolicyText then = PolicyText.of("rules:\n  - id: then # <script>\n".getBytes(UTF_8));
        assertThat(console.ask("/policy?sha256=" + then.sha256()).status()).isEqualTo(404);
        assertThat(console.ask("/policy?sha256=..%2Fpolicy").status()).isEqualTo(404);
        try (AuditLog log = AuditLogs.open(AuditConfig.of(folder.resolve("audit.jsonl")), () -> NOW)) {
            log.append(List.of(Records.read(NOW, "policy-loaded", then)));
        }
        assertThat(console.html("/policy")).contains("href=\"policy?sha256=" + then.sha256() + "\"");
        assertThat(console.html("/policy?sha256=" + then.sha256()))
                .contains("This is the text of the policy with this SHA-256", "and decides by it.")
                .contains("<span>    2    - id: then # &lt;script&gt;\n</span>");
        record("policy-loaded", sha256(), List.of());
        assertThat(console.html("/policy?sha256=" + then.sha256())).contains("The gateway decides by another one now.");

        Files.writeString(folder.resolve("audit-evidence").resolve(then.sha256() + ".yaml"), "rules: []\n");
        assertThat(console.html("/policy?sha256=" + then.sha256()))
                .contains("kept under this SHA-256 does NOT have it any more")
                .doesNotContain("<pre");
    }

    @Test
    void aBrokenFileSaysWhereAndWhat() throws IOException {
        SampleConsole console = console();
        Files.writeString(folder.resolve("policy.yaml"), "version: 1\ninternal: [example.com]\nrulez: []\n");
        Page page = console.ask("/policy");
        assertThat(page.status()).isEqualTo(200);
        assertThat(new String(page.body(), UTF_8))
                .contains("The file cannot be used as it stands")
                .contains("<th scope=\"row\">rulez</th>")
                .contains("policy.yaml:3</code>")
                .doesNotContain("Levels");
    }

    /**
     * Each file of the log is read once for each of its states. Otherwise, somebody who asks for the page again and
     * again would keep the machine busy.
     */
    @Test
    void aFileOfTheLogThatHasNotChangedIsNotReadAgain() throws IOException {
        record("policy-loaded", "ab".repeat(32), List.of());
        Path log = folder.resolve("admin.jsonl");
        PolicyRecords records = new PolicyRecords(new LogFiles(log));
        assertThat(records.now().sha256()).contains("ab".repeat(32));

        FileTime before = Files.getLastModifiedTime(log);
        Files.writeString(log, Files.readString(log).replace("ab".repeat(32), "cd".repeat(32)));
        Files.setLastModifiedTime(log, before);
        assertThat(records.now().sha256()).contains("ab".repeat(32));

        Files.setLastModifiedTime(log, FileTime.from(before.toInstant().plusSeconds(1)));
        assertThat(records.now().sha256()).contains("cd".repeat(32));
        record("policy-reloaded", "ef".repeat(32), List.of());
        assertThat(records.now().sha256()).contains("ef".repeat(32));
    }

    @Test
    void levelsAndRulesAreSaidInWords() throws IOException {
        SampleConsole console = console();
        assertThat(console.html("/policy"))
                .contains("<dd>the recipient's domain is bank.example</dd>")
                .contains("<dd>must be encrypted</dd>")
                .contains("organisation: mailbox policy default");
        assertThat(console.html("/policy?address=alice%40example.com"))
                .contains("Settings for mail of alice@example.com")
                .contains("<th scope=\"row\">OWAClearSign</th>");
        Page wrong = console.ask("/policy?address=nobody");
        assertThat(wrong.status()).isEqualTo(400);
        assertThat(new String(wrong.body(), UTF_8)).contains("Sender: write a mail address such as");
    }

    @Test
    void whatSomebodyHasSetStandsBeforeWhatIsBuiltIn() throws IOException {
        SampleConsole console = console();
        Files.writeString(
                folder.resolve("policy.yaml"),
                SampleConsole.POLICY.replace(
                        "RequireSignedSMIMEMessages: true",
                        "RequireSignedSMIMEMessages: true, RSASignaturePadding: PSS"));

        String html = console.html("/policy?address=alice%40example.com");
        assertThat(Html.rows(html.substring(html.indexOf("Every setting, before a rule speaks"))).stream()
                        .takeWhile(row -> !row.getLast().equals("built-in"))
                        .map(List::getFirst))
                .containsExactly("RequireSignedSMIMEMessages", "RSASignaturePadding");
    }

    @Test
    void partnersAreShownWithWhatProvesThem() throws IOException {
        SampleConsole console = console();
        assertThat(console.html("/policy")).doesNotContain("Partners");
        Path file = folder.resolve("policy.yaml");
        String partners = "partners: { bank: { appliesTo: bank.example, readLegacyAlgorithms: TripleDES } }\nrules:";

        Files.writeString(file, Files.readString(file).replace("rules:", partners));
        assertThat(console.html("/policy"))
                .contains("<h3>Partner bank</h3>")
                .contains("<dd>bank.example</dd>")
                .contains("<td data-label=\"From\">partner bank</td>")
                .contains("; no mail server is trusted to check that.");

        Files.writeString(
                file, Files.readString(file).replace("partners:", "trustedAuthservIds: mx.example.com\npartners:"));
        assertThat(console.html("/policy")).contains(", as checked by mx.example.com.");
    }

    @Test
    void whatPeopleAreToldIsShown() throws IOException {
        SampleConsole console = console();
        assertThat(console.html("/policy")).doesNotContain("<h2>Words</h2>");
        Path file = folder.resolve("policy.yaml");

        Files.writeString(
                file, Files.readString(file).replace("rules:", "words: { contact: help@example.com }\nrules:"));
        assertThat(console.html("/policy"))
                .contains(
                        "<h2>Words</h2>", "<li>whom to ask: help@example.com</li>", "<li>en: for everybody else</li>");
    }

    private SampleConsole console() throws IOException {
        return SampleConsole.of(folder, List.of(), 256L << 20, NOW);
    }

    private String sha256() {
        return PolicyFile.read(folder.resolve("policy.yaml")).sha256().orElseThrow();
    }

    private void record(String action, String sha256, List<String> problems) throws IOException {
        List<AuditEvent> events = new ArrayList<>();
        events.add(new AuditEvent.PolicyRead(
                NOW,
                action,
                "start",
                "enforce",
                folder.resolve("policy.yaml").toString(),
                Optional.empty(),
                Optional.of(sha256),
                problems,
                0,
                Optional.empty()));
        try (AuditLog log = AuditLogs.open(AuditConfig.of(folder.resolve("audit.jsonl")), () -> NOW)) {
            log.append(events);
        }
    }
}
