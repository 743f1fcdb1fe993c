package org.postseal.gateway.audit.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.postseal.certstore.PathEvidence;
import org.postseal.certstore.issue.CertificateAuthority;
import org.postseal.gateway.audit.AuditEvent;
import org.postseal.policy.cases.CaseFile;
import org.postseal.policy.cases.MessageFiles;
import org.postseal.policy.cases.PolicyCase;
import org.postseal.policy.deciding.RuleSet;
import org.postseal.policy.record.FactsText;

/** The pages on records, on their words and on the log of changes name every field of every record. */
@Tag("thorough")
class AuditDocsTest {
    @Test
    void everyFieldIsDocumented() throws IOException {
        String pages = Files.readString(Path.of("../../docs/audit.md"))
                + Files.readString(Path.of("../../docs/audit-words.md"))
                + Files.readString(Path.of("../../docs/audit-changes.md"));
        Set<String> documented = Pattern.compile("`([@a-zA-Z0-9_.]+)`")
                .matcher(pages)
                .results()
                .map((MatchResult found) -> found.group(1))
                .collect(Collectors.toSet());
        Set<String> written =
                new LinkedHashSet<>(AuditLine.read(new String(AuditFormat.line(full()), StandardCharsets.UTF_8))
                        .orElseThrow()
                        .fields()
                        .keySet());
        changes()
                .forEach(event ->
                        written.addAll(AuditLine.read(new String(AuditFormat.line(event), StandardCharsets.UTF_8))
                                .orElseThrow()
                                .fields()
                                .keySet()));
        assertThat(written).hasSizeGreaterThan(60);
        assertThat(documented)
                .containsAll(written.stream()
                        .map(name ->
                                name.startsWith(RecordField.FACTS) ? name.substring(RecordField.FACTS.length()) : name)
                        .map(name -> name.startsWith(RecordField.STAGES + ".")
                                ? name.substring(RecordField.STAGES.length() + 1)
                                : name)
                        .toList());
    }

    /** Each field in the first table of the page is in a record in which every field is set. */
    @Test
    void everyDocumentedFieldIsWritten() throws IOException {
        String page = Files.readString(Path.of("../../docs/audit.md"));
        String table = page.substring(page.indexOf("\n| field | is |"));
        List<String> documented = table.substring(0, table.indexOf("\n\n"))
                .lines()
                .filter(line -> line.startsWith("| `"))
                .map(line -> line.split(" \\| ", 2)[0])
                .flatMap(cell -> Pattern.compile("`([^`]+)`").matcher(cell).results())
                .map((MatchResult found) -> found.group(1))
                // The first stands only in records with hashed addresses; NAME stands for the name of a fact.
                .filter(name -> !name.equals(RecordField.ADDRESSES) && !name.equals(RecordField.FACTS + "NAME"))
                .toList();
        Set<String> written = AuditLine.read(new String(AuditFormat.line(full()), StandardCharsets.UTF_8))
                .orElseThrow()
                .fields()
                .keySet();

        assertThat(documented)
                .hasSizeGreaterThan(60)
                .allMatch(
                        name -> written.stream().anyMatch(field -> field.equals(name) || field.startsWith(name + ".")));
    }

    private static Map<String, List<String>> facts() {
        CaseFile.Reading reading = CaseFile.read("cases.yaml", """
                version: 1
                cases:
                  - name: all of them
                    message:
                      from: ann@list.example
                      peer: 192.0.2.7
                      tls: { version: "1.3", verified: true }
                      authenticated: CN=mx.list.example
                      traits: [mailingList, reply]
                      content: signed
                      signedBy: ann@list.example
                      signerIssuer: CN=Some CA
                      signedWith: SHA1
                      encryptedWith: TripleDES
                    to: bob@example.com
                    expect: { decision: deliver }
                """, MessageFiles.none());
        PolicyCase only = ((CaseFile.Reading.Loaded) reading).file().cases().getFirst();
        RuleSet policy = ((RuleSet.Loaded) RuleSet.read("policy.yaml", """
                        version: 1
                        internal: [example.com]
                        rules: [{ id: all, when: always, then: mailboxPolicy }]
                        """)).ruleSet();
        return FactsText.of(only.facts(policy, only.recipients().getFirst()));
    }

    /** Returns the stages that the page lists. StageDocsTest compares the list with the road. */
    private static Map<String, Long> stages() {
        return Stream.of("intake", "guard", "inspect", "open", "facts", "decide", "split", "seal", "deliver")
                .collect(Collectors.toMap(stage -> stage, _ -> 1000L));
    }

    private static PathEvidence validation() {
        return new PathEvidence(List.of(new PathEvidence.Part(
                CertificateAuthority.create("Test", Instant.EPOCH, Instant.EPOCH.plusSeconds(1))
                        .root(),
                List.of(new PathEvidence.Revocation.Unanswered("trust anchor")))));
    }

    /**
     * If a field of ours had the name of an object of the schema, an index made from the schema would refuse the
     * record.
     */
    @Test
    void whatIsNotOursIsNamedAsTheSchemaNamesIt() throws IOException {
        List<String> schema = Files.readAllLines(Path.of("src/test/resources/ecs-fields.txt")).stream()
                .filter(line -> !line.startsWith("#"))
                .toList();
        List<String> others = Stream.concat(
                        Stream.of(full(), new AuditEvent.NoticeSent(Instant.EPOCH, "Q1", "a@example.com", "250 ok")),
                        changes())
                .flatMap(event -> AuditLine.read(new String(AuditFormat.line(event), StandardCharsets.UTF_8))
                        .orElseThrow()
                        .fields()
                        .keySet()
                        .stream())
                .filter(name -> !name.startsWith("postseal."))
                .distinct()
                .toList();
        assertThat(others).hasSizeGreaterThan(25).allMatch(schema::contains);
        assertThat(schema).allMatch(others::contains);
    }

    private static Stream<AuditEvent> changes() {
        return Stream.of(
                new AuditEvent.DirectoryChanged(Instant.EPOCH, "root", "cert-pin", "trust:a", List.of("b")),
                new AuditEvent.GatewayStarted(
                        Instant.EPOCH, "1.0", "enforce", "postseal.yaml", Optional.of("00"), "ff", Optional.of("fe")),
                new AuditEvent.PolicyRead(
                        Instant.EPOCH,
                        "policy-reload-refused",
                        "signal",
                        "enforce",
                        "policy.yaml",
                        Optional.of("00"),
                        Optional.of("ff"),
                        List.of("none"),
                        1,
                        Optional.empty()),
                new AuditEvent.ConfigurationReloaded(
                        Instant.EPOCH, "signal", "postseal.yaml", Optional.of("00"), List.of("a"), List.of("b")),
                new AuditEvent.ConfigurationRefused(
                        Instant.EPOCH, "signal", "postseal.yaml", Optional.of("00"), 1, List.of("a")));
    }

    private static AuditEvent full() {
        return new AuditEvent.RecipientDone(
                Instant.EPOCH,
                new AuditEvent.Message(
                        "Q1",
                        Optional.of("U1"),
                        Optional.of("<1@example.com>"),
                        "192.0.2.1",
                        Optional.of("192.0.2.2"),
                        Optional.of(
                                new AuditEvent.Tls("1.3", "TLS_AES_256_GCM_SHA384", Optional.of("CN=mx.example.com"))),
                        "<a@example.com>",
                        "b@out.example",
                        4711),
                new AuditEvent.Decision(
                        "outbound",
                        "00ff",
                        Optional.of(7L),
                        "rest",
                        "default",
                        "deliver",
                        Optional.of("POLICY_REFUSED"),
                        Optional.of("why"),
                        List.of("one"),
                        List.of("AllowSMIMESoftCerts=true (built-in)"),
                        Optional.of(new AuditEvent.Decided(facts(), List.of("key=usable"), List.of("SHA1 believed"))),
                        true,
                        Optional.of(new AuditEvent.Shadow(
                                "00ff",
                                "rest",
                                "deliver",
                                "clear",
                                "as_received",
                                Optional.of("POLICY_REFUSED"),
                                Optional.of(true),
                                Optional.of("why")))),
                new AuditEvent.Protection(
                        "clear",
                        new AuditEvent.Handled(
                                Optional.of("encrypted"),
                                "kept_closed",
                                Optional.of("cipher_not_allowed"),
                                Optional.of("as_it_came")),
                        "unsigned",
                        List.of("00, RSA SHA-256, strong, From, valid"),
                        List.of("1.2 valid; 00, RSA SHA-256, strong, From, valid"),
                        List.of("encrypt:00"),
                        List.of("b@out.example:00, files, expired 2026-01-01"),
                        List.of("archive@example.com:00"),
                        Optional.of("cipher"),
                        Optional.of(new AuditEvent.X509(
                                "00ff", "CN=a", "CN=b", false, "0F", Instant.EPOCH, Instant.EPOCH, "EC")),
                        List.of(validation())),
                new AuditEvent.Delivery(
                        Optional.of(1),
                        Optional.of(6000L),
                        Optional.of("250 2.0.0 Ok: queued as 4dKx1q2zPz"),
                        "250 2.0.0 Ok",
                        List.of("suppressed"),
                        Optional.of(new AuditEvent.NextHopSession(
                                "192.0.2.9",
                                25,
                                Optional.of(new AuditEvent.Tls(
                                        "1.2",
                                        "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
                                        Optional.of("CN=mx.out.example"))),
                                true))),
                Optional.of(new AuditEvent.Times(2_000_000, stages())),
                Optional.of(new AuditEvent.Release("00ff", "root", "asked for by phone")));
    }
}
