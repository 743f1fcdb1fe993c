package org.postseal.gateway.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postseal.gateway.audit.PolicyText;
import org.postseal.gateway.audit.Records;
import org.postseal.gateway.audit.chain.FleetBench;
import org.postseal.gateway.testkit.Command;

/** Tests the pages over the logs of two gateways, of which one refused a message and the other took its retry. */
final class FleetPagesTest {
    @TempDir
    private Path folder;

    @AutoClose
    private FleetBench fleet;

    @BeforeEach
    void logs() throws IOException {
        fleet = new FleetBench(Files.createDirectories(folder.resolve("logs")));
        fleet.start("gw-1", "gw-2");
        fleet.mail("gw-2", "Q1", "<1@ours.example>", "refuse");
        fleet.pass(Duration.ofMinutes(1));
        fleet.mail("gw-1", "Q1", "<1@ours.example>", "rest");
        for (int i = 0; i < 60; i++) {
            fleet.pass(Duration.ofSeconds(1));
            fleet.mail(i % 3 == 0 ? "gw-1" : "gw-2", "R" + i, "<r" + i + "@ours.example>", "rest");
        }
        fleet.exchange();
        fleet.exchange();
        fleet.stop("gw-1", "gw-2");
    }

    @Test
    void recordsOfAllGatewaysAreFoundPageByPageInOneOrder() throws IOException {
        SampleConsole console = console();
        for (String search : List.of("address=partner.example", "address=artner.example", "since=2026-01-01")) {
            List<String> shown = new ArrayList<>();
            Optional<String> next = Optional.of("/search?" + search);
            while (next.isPresent()) {
                String html = console.html(next.get());
                Html.rows(html).forEach(row -> shown.add(row.get(1) + " " + row.getLast()));
                next = Html.next(html);
            }
            List<String> expected = new ArrayList<>();
            for (int i = 59; i >= 0; i--) {
                expected.add((i % 3 == 0 ? "gw-1" : "gw-2") + " R" + i + " <r" + i + "@ours.example>");
            }
            expected.add("gw-1 Q1 <1@ours.example>");
            expected.add("gw-2 Q1 <1@ours.example>");
            assertThat(shown).as(search).isEqualTo(expected);
        }
        assertThat(console.html("/search")).contains("<p class=\"note\">Over the logs of gw-1, gw-2.</p>");
        assertThat(Html.rows(console.html("/search?gateway=gw-1")))
                .hasSize(21)
                .allMatch(row -> row.get(1).equals("gw-1"));
        assertThat(console.html("/search?gateway=gw-3")).contains("No record fits.");
    }

    /** Both gateways gave the same queue id. The record of one of them was changed. */
    @Test
    void theStoryOfAMessageTellsWhichGatewayMadeAnAttempt() throws IOException {
        change("gw-2", "bob@partner.example", "rob@partner.example");
        String html = console().html("/message?id=1@ours.example");
        assertThat(html.split("<section class=\"attempt\">", -1)).hasSize(3).satisfies(parts -> {
            assertThat(parts[1])
                    .contains("Attempt <code>Q1</code> at gw-2, <span class=\"whole\">2026-11-26 12:00:00 UTC</span>")
                    .contains("NOT VERIFIED");
            assertThat(parts[2])
                    .contains("Attempt <code>Q1</code> at gw-1, <span class=\"whole\">2026-11-26 12:01:00 UTC</span>")
                    .contains("state verified")
                    .doesNotContain("NOT VERIFIED");
        });
    }

    /** Somebody who may write to the folder adds a full file, whose record takes the number of another one. */
    @Test
    void aRecordThatTakesTheNumberOfAnotherOneIsNotVerified() throws IOException {
        Path log = fleet.log("gw-2");
        String record = Files.readString(log)
                .lines()
                .filter(line -> line.contains("<1@"))
                .findFirst()
                .orElseThrow();
        Files.move(log, log.resolveSibling("audit-000000000001.jsonl"));
        fleet.start("gw-2");
        fleet.mail("gw-2", "Z1", "<z1@ours.example>", "rest");
        fleet.stop("gw-2");
        Files.writeString(log.resolveSibling("audit-000000000010.jsonl"), record.replace("\"Q1\"", "\"F1\"") + "\n");
        SampleConsole console = console();
        assertThat(console.html("/message?id=Q1")).contains("state verified").doesNotContain("NOT VERIFIED");
        assertThat(console.html("/message?id=F1"))
                .contains("record 2 of audit-000000000001.jsonl is another one")
                .doesNotContain("state verified");
    }

    @Test
    void aFileThatIsChangedAndKeepsItsSizeIsVerifiedAgain() throws IOException {
        SampleConsole console = console();
        assertThat(console.html("/message?id=1@ours.example")).doesNotContain("NOT VERIFIED");
        var time = Files.getLastModifiedTime(fleet.log("gw-2"));
        change("gw-2", "bob@partner.example", "rob@partner.example");
        Path _ = Files.setLastModifiedTime(fleet.log("gw-2"), time);
        assertThat(console.html("/message?id=1@ours.example")).contains("NOT VERIFIED");
    }

    @ParameterizedTest
    @CsvSource({
        "2026-11-26T12:00:00Z, +1000000000-12-31T23:59:59Z",
        "2026-11-26T12:00:00Z, -1000000000-01-01T00:00:00Z",
        "number\":2, number\":99999999999999999999",
        "number\":2, number\":1.5"
    })
    void aRecordOfOneGatewayHidesNoOtherGateway(String from, String to) throws IOException {
        change("gw-2", from, to);
        SampleConsole console = console();
        for (String target : List.of("/", "/search", "/message?id=Q1")) {
            assertThat(console.ask(target).status()).as(target).isEqualTo(200);
        }
        assertThat(console.html("/message?id=Q1"))
                .contains("at gw-1, <span class=\"whole\">2026-11-26 12:01:00 UTC</span>");
    }

    @Test
    void theOverviewSumsOverAllGateways() throws IOException {
        String html = console().html("/");
        assertThat(Html.rows(html))
                .contains(List.of("2026-11-26 12:00", "61", "0", "0", "0", "1"))
                .contains(
                        List.of("gw-1", "2026-11-26 12:02:00 UTC, 32 minutes ago", "no other log has seen more of it"));
        assertThat(html).contains("Over the logs of gw-1, gw-2.");
    }

    @Test
    void everyPageSaysWhatIsNotInView() throws IOException {
        Path early = fleet.copy("gw-2");
        fleet.start("gw-1", "gw-2");
        fleet.pass(Duration.ofMinutes(10));
        fleet.mail("gw-1", "S1", "<s1@ours.example>", "rest");
        fleet.mail("gw-2", "S2", "<s2@ours.example>", "rest");
        fleet.stop("gw-1", "gw-2");
        fleet.start("gw-1");
        fleet.pass(Duration.ofMinutes(10));
        fleet.exchange();
        fleet.stop("gw-1");
        assertThat(lacks(console())).isEmpty();

        fleet.replace(early, fleet.folder("gw-2"));
        Files.createDirectory(fleet.folder("gw-3"));
        assertThat(lacks(console()))
                .containsExactly(
                        "The log of gw-2 is behind: here it ends at 2026-11-26 12:02:00 UTC, and gw-1 has seen it at"
                                + " 2026-11-26 12:12:00 UTC. Gather it again; if it stays so, it was cut off"
                                + " (postseal audit verify --fleet).",
                        "The folder of gw-3 has no log of messages: what it did is not shown.");

        Files.delete(fleet.folder("gw-3"));
        for (Path file : List.of(fleet.folder("gw-2"), early)) {
            FleetBench.remove(file);
        }
        assertThat(lacks(console()))
                .containsExactly("No log of gw-2 is here, which gw-1 knows: what that gateway did is not shown.");
    }

    @Test
    void aLogThatEndsBeforeTheOthersIsNamed() throws IOException {
        fleet.start("gw-1");
        fleet.pass(Duration.ofMinutes(16));
        fleet.mail("gw-1", "S1", "<s1@ours.example>", "rest");
        fleet.stop("gw-1");
        assertThat(lacks(console()))
                .containsExactly("The log of gw-2 ends at 2026-11-26 12:02:00 UTC, and those of others go on to"
                        + " 2026-11-26 12:18:00 UTC: it was not gathered since, or the gateway was stopped.");
    }

    @Test
    void gatewaysWithDifferentPoliciesAreNamed() throws IOException {
        SampleConsole console = console();
        PolicyText file = PolicyText.of(Files.readAllBytes(folder.resolve("policy.yaml")));
        PolicyText other = PolicyText.of("version: 1\n".getBytes(UTF_8));
        fleet.start("gw-1", "gw-2");
        assertThat(console.html("/policy")).contains("<dt>SHA-256 in force at gw-2</dt>\n<dd>none recorded</dd>");
        fleet.append("gw-2", Records.read(fleet.time(), "policy-loaded", other));
        fleet.pass(Duration.ofMinutes(1));
        fleet.append("gw-1", Records.read(fleet.time(), "policy-loaded", file));
        assertThat(console.html("/policy"))
                .contains("This file is the policy that the gateway has taken up.")
                .contains("NOT all gateways have recorded that they decide by the policy that was taken up last:"
                        + " gw-2 (see below).")
                .contains("<dt>SHA-256 in force at gw-2</dt>\n<dd>" + other.sha256() + "</dd>");
        assertThat(console.html("/policy?sha256=" + other.sha256())).contains("octet by octet");
        fleet.append("gw-2", Records.read(fleet.time(), "policy-reloaded", file));
        assertThat(console.html("/policy")).doesNotContain("NOT all gateways");
    }

    /** Whoever opens a named pipe waits until somebody writes into it. */
    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void whatIsNoFileHidesNoOtherLog() throws IOException {
        Path third = Files.createDirectory(fleet.folder("gw-3"));
        for (Path pipe : List.of(
                fleet.folder("gw-2").resolve("audit-000000000099.jsonl"),
                third.resolve("audit.jsonl"),
                third.resolve("admin.jsonl"),
                fleet.config("gw-3").checkpoint().publicKey())) {
            Command.of("mkfifo", pipe).output();
        }
        SampleConsole console = console();
        assertThat(lacks(console))
                .contains("Of gw-2: audit-000000000099.jsonl cannot be read: is no regular file")
                .contains("Of gw-3: audit.jsonl cannot be read: is no regular file");
        assertThat(Html.rows(console.html("/"))).contains(List.of("2026-11-26 12:00", "61", "0", "0", "0", "1"));
        assertThat(Html.rows(console.html("/search"))).hasSize(50);
        assertThat(console.html("/message?id=Q1")).contains("at gw-1, ", "at gw-2, ");
        assertThat(console.ask("/policy").status()).isEqualTo(200);
    }

    @Test
    void theNameOfAFolderIsText() throws IOException {
        String evil = "<script>alert(1)<%2Fscript>\"' onload=x:12.3.4\u202E";
        Files.move(fleet.folder("gw-2"), fleet.folder(evil));
        SampleConsole console = console();
        for (String target : List.of("/", "/search", "/message?id=Q1", "/policy")) {
            assertThat(console.ask(target).status()).isEqualTo(200);
            assertThat(console.html(target)).as(target).doesNotContain("<script", "\u202E");
            assertThat(console.html(target).replaceAll("=\"[^\"]*\"", ""))
                    .as(target)
                    .doesNotContainPattern("<[a-z][^>]*\\son[a-z]+");
        }
        String more = Html.next(console.html("/search")).orElseThrow();
        assertThat(Html.rows(console.html(more))).hasSize(12);
    }

    private SampleConsole console() throws IOException {
        return SampleConsole.over(folder, "console: { fleet: logs }\n", Instant.parse("2026-11-26T12:34:00Z"));
    }

    /** Returns what the pages say is not in view, which is the same on all of them. */
    private static List<String> lacks(SampleConsole console) {
        List<List<String>> said = List.of("/", "/search", "/message?id=none").stream()
                .map(console::html)
                .map(html -> Html.found(html, "(?s)<h2>Not all of the fleet is in view</h2>\\s*<ul>(.*?)</ul>").stream()
                        .flatMap(list -> Html.found(list, "<li>(.*?)</li>").stream())
                        .toList())
                .toList();
        assertThat(said).allMatch(said.getFirst()::equals);
        return said.getFirst();
    }

    private void change(String node, String from, String to) throws IOException {
        Path log = fleet.log(node);
        Files.writeString(log, Files.readString(log).replace(from, to));
    }
}
