package org.postseal.gateway.admin.cli.profile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.database.Act;
import org.postseal.certstore.database.CertificateDatabase;
import org.postseal.certstore.database.Certificates;
import org.postseal.certstore.issue.CertificateAuthority;
import org.postseal.certstore.issue.IssuedCertificate;
import org.postseal.certstore.issue.Profile;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.certstore.key.KeyMaterial;
import org.postseal.gateway.admin.cli.GatewayFolder;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.Surroundings;
import org.postseal.gateway.audit.AuditConfig;
import org.postseal.gateway.audit.AuditEvent;
import org.postseal.gateway.audit.AuditLog;
import org.postseal.gateway.audit.Records;
import org.postseal.gateway.audit.write.AuditLogs;
import org.postseal.policy.yaml.Problems;
import org.postseal.policy.yaml.YamlMapping;
import org.postseal.policy.yaml.YamlReader;
import org.postseal.policy.yaml.YamlValue;

/** Tests the check of a profile over an organisation with 4,000 partners. What it finds is compared whole. */
@Tag("thorough")
class ProfileCheckCommandTest {
    private static final Instant NOW = Instant.parse("2026-12-01T12:00:00Z");
    private static final Instant BEGIN = Instant.parse("2026-06-01T00:00:00Z");
    private static final Instant END = Instant.parse("2034-06-01T00:00:00Z");
    private static final CertificateAuthority AUTHORITY =
            CertificateAuthority.create("Test", KeyAlgorithm.P256, BEGIN, END);
    private static final Map<KeyAlgorithm, KeyMaterial> KEYS = new EnumMap<>(KeyAlgorithm.class);
    private static final int PARTNERS = 4_000;
    private static final String POLICY = """
            version: 1
            internal: [ours.example]
            rules: [{ id: rest, when: always, then: mailboxPolicy }]
            """;

    @TempDir
    private static Path folder;

    private static GatewayFolder gateway;
    private static Instant now = NOW;

    @BeforeAll
    static void organisation() throws IOException {
        Clock clock = new Clock() {
            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                return now;
            }
        };
        gateway = new GatewayFolder(
                folder, new Surroundings("tester", OptionalInt.empty(), clock, Duration.ofMillis(200)));
        gateway.configure("directory: { database: directory.db, masterKey: master.key }\n");
        List<MailCertificate> others = IntStream.range(0, PARTNERS)
                .mapToObj(ProfileCheckCommandTest::partner)
                .flatMap(List::stream)
                .map(IssuedCertificate::certificate)
                .collect(Collectors.toCollection(ArrayList::new));
        // A colleague whose key is in their own mail program
        others.add(issue("ben@ours.example", KeyAlgorithm.RSA2048, END).certificate());
        try (CertificateDatabase database = CertificateDatabase.open(folder.resolve("directory.db"))) {
            Act act = Act.of("tester", NOW);
            int _ = database.write(
                    contents -> contents.certificates().addAll(others, Certificates.Origin.IMPORTED, act));
        }
        run(ExitCode.OK, "cert", "block", "--address", "p14@partner.example");
        AUTHORITY.writeStore(
                folder.resolve("store"), List.of(issue("ann@ours.example", KeyAlgorithm.RSA2048, END)), List.of());
        try (AuditLog log = AuditLogs.open(AuditConfig.of(folder.resolve("audit.jsonl")), () -> NOW)) {
            log.append(List.of(
                    made("2026-11-20", "b@one.example", "rest", "signed SHA256, encrypted AES256_CBC PKCS1"),
                    made("2026-11-22", "c@one.example", "rest", "signed SHA256, encrypted AES256_CBC PKCS1"),
                    made("2026-11-23", "d@two.example", "rest", "signed SHA384, encrypted AES128_GCM OAEP_SHA256"),
                    made("2026-11-24", "d@two.example", "rest", "clear"),
                    made("2026-11-25", "f@two.example", "refuse", "signed SHA1, encrypted AES256_CBC PKCS1"),
                    made("2026-10-20", "e@old.example", "rest", "signed SHA1, encrypted AES256_CBC PKCS1")));
        }
    }

    private static List<IssuedCertificate> partner(int number) {
        String address = "p" + number + "@partner.example";
        return switch (number % 100) {
            case 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 14 -> List.of(issue(address, KeyAlgorithm.RSA2048, END));
            case 10 -> List.of(issue(address, KeyAlgorithm.RSA2048, END), issue(address, KeyAlgorithm.RSA3072, END));
            case 11 -> List.of(issue(address, KeyAlgorithm.P256, Instant.parse("2028-06-01T00:00:00Z")));
            case 12 -> List.of(issue(address, KeyAlgorithm.ML_KEM_768, END), issue(address, KeyAlgorithm.RSA3072, END));
            case 13 -> List.of(issue(address, KeyAlgorithm.RSA2048, Instant.parse("2026-11-01T00:00:00Z")));
            case 15 -> List.of(issue(address, KeyAlgorithm.ED25519, END), issue(address, KeyAlgorithm.X25519, END));
            default -> List.of(issue(address, KeyAlgorithm.RSA3072, END));
        };
    }

    /** Returns what the BSI's profile finds about a partner. */
    private static List<String> bsi(int number, boolean isOver) {
        String address = "p" + number + "@partner.example";
        String tooSmall = "broken 2026-06-01 " + address + ": get a new certificate: RSA-2048 of " + address
                + " signs and is encrypted to, and the profile takes RSA of 3000 and more";
        String end = (isOver ? "broken 2032-01-01 " : "2031-12-31 2032-01-01 ") + address
                + ": get a new certificate: RSA-3072 of " + address
                + " is encrypted to, and the profile takes such keys alone only until the day before";
        String kind = "broken 2026-06-01 " + address + ": get a new certificate: %s of " + address
                + ", and the profile takes RSA, EC, Brainpool";
        return switch (number % 100) {
            case 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 -> List.of(tooSmall);
            case 11, 13 -> List.of();
            case 14 -> number == 14 ? List.of() : List.of(tooSmall);
            case 15 ->
                List.of(
                        kind.replace("%s of " + address, "Ed25519 of " + address + " signs"),
                        kind.replace("%s of " + address, "X25519 of " + address + " is encrypted to"));
            default -> List.of(end);
        };
    }

    private static IssuedCertificate issue(String address, KeyAlgorithm algorithm, Instant end) {
        Profile profile = switch (algorithm) {
            case ML_KEM_768, X25519 -> Profile.ENCRYPT;
            case ED25519 -> Profile.SIGN;
            default -> Profile.DUAL;
        };
        return AUTHORITY
                .request(MailAddress.of(address))
                .key(KEYS.computeIfAbsent(algorithm, KeyMaterial::generate))
                .profile(profile)
                .validity(BEGIN, end)
                .issue();
    }

    private static AuditEvent made(String day, String recipient, String rule, String added) {
        AuditEvent.RecipientDone done = Records.done(
                Instant.parse(day + "T08:00:00Z"),
                "Q" + day,
                "<" + day + "@ours.example>",
                "ann@ours.example",
                recipient,
                rule);
        return new AuditEvent.RecipientDone(
                done.time(),
                done.message(),
                done.decision(),
                Records.protection(added, "", "unsigned"),
                done.delivery(),
                done.times());
    }

    @BeforeEach
    void reset() throws IOException {
        now = NOW;
        Files.writeString(folder.resolve("policy.yaml"), POLICY);
    }

    private static void run(int exitCode, String... words) {
        assertThat(gateway.run(words)).as(gateway.err()).isEqualTo(exitCode);
    }

    private static YamlMapping check(String profile, int exitCode) {
        run(exitCode, "profile", "check", profile, "--json");
        // JSON is YAML 1.2
        return YamlReader.read(gateway.out(), 100_000_000, new Problems("json"))
                .flatMap(YamlValue::mapping)
                .orElseThrow();
    }

    /** Returns the findings about one thing as {@code broken SINCE WHO: TASK: WHAT} or {@code UNTIL SINCE WHO: …}. */
    private static List<String> findings(YamlMapping result, String about) {
        List<String> found = new ArrayList<>();
        for (YamlValue item : result.oneOrMore("findings")) {
            YamlMapping each = item.mapping().orElseThrow();
            if (text(each, "about").equals(about)) {
                found.add("%s %s %s: %s: %s"
                        .formatted(
                                text(each, "broken").equals("true") ? "broken" : text(each, "allowedUntil"),
                                text(each, "since"),
                                text(each, "who"),
                                text(each, "task"),
                                text(each, "what").replaceAll(" \\(SHA-256 [0-9a-f]*, until [0-9-]*\\)", "")));
            }
        }
        return found;
    }

    private static String text(YamlMapping mapping, String key) {
        return mapping.value(key).flatMap(YamlValue::text).orElse("");
    }

    @Test
    void eachFindingAboutFourThousandPartnersIsTrueAndTheClockDecides() {
        List<String> today = IntStream.range(0, PARTNERS)
                .mapToObj(number -> bsi(number, false))
                .flatMap(List::stream)
                .toList();
        assertThat(findings(check("bsi-tr-02102-2026", ExitCode.REFUSED), "partner"))
                .containsExactlyInAnyOrderElementsOf(today);
        now = Instant.parse("2031-12-31T23:59:59Z");
        assertThat(findings(check("bsi-tr-02102-2026", ExitCode.REFUSED), "partner"))
                .containsExactlyInAnyOrderElementsOf(today);
        now = now.plusSeconds(1);
        assertThat(findings(check("bsi-tr-02102-2026", ExitCode.REFUSED), "partner"))
                .containsExactlyInAnyOrderElementsOf(IntStream.range(0, PARTNERS)
                        .mapToObj(number -> bsi(number, true))
                        .flatMap(List::stream)
                        .toList());
    }

    @Test
    void aProfileThatIsStillToComeBreaksNothingToday() {
        now = Instant.parse("2026-12-31T23:59:59Z");
        YamlMapping before = check("cnsa-2", ExitCode.OK);
        assertThat(findings(before, "partner"))
                .hasSize(PARTNERS - 40 - 1 + 2 * 40)
                .allMatch(each -> each.startsWith("2026-12-31 2027-01-01 "))
                .contains(
                        "2026-12-31 2027-01-01 p12@partner.example: get a new certificate: RSA-3072 of"
                                + " p12@partner.example signs, and the profile takes ML-KEM, ML-DSA",
                        "2026-12-31 2027-01-01 p12@partner.example: get a new certificate: ML-KEM-768 of"
                                + " p12@partner.example is encrypted to, and the profile takes ML-KEM of 1024 and more");
        now = now.plusSeconds(1);
        assertThat(findings(check("cnsa-2", ExitCode.REFUSED), "partner"))
                .hasSameSizeAs(findings(before, "partner"))
                .allMatch(each -> each.startsWith("broken 2027-01-01 "));
    }

    @Test
    void ourKeysIssuersPolicyAndLogAreNamedWithTheirTasks() {
        YamlMapping energy = check("edi-energy-2025", ExitCode.REFUSED);
        assertThat(findings(energy, "key")).isEmpty();
        assertThat(findings(energy, "trust"))
                .containsExactlyInAnyOrder(
                        "broken 2026-06-01 admin: ask the authority for a successor, and take this one out: EC P-256"
                                + " of CN=Test signs certificates, and the profile takes RSA",
                        "broken 2026-06-01 admin: ask the authority for a successor, and take this one out: EC P-256"
                                + " of CN=Test Issuing CA signs certificates, and the profile takes RSA");
        String change = " admin: change what rule rest or the senders' mailbox policy asks for: ";
        assertThat(findings(energy, "log"))
                .containsExactly(
                        "broken 2026-11-20" + change
                                + "encrypted AES256_CBC PKCS1, for 2 recipients in one.example by rule rest",
                        "broken 2026-11-24" + change + "not encrypted, for 1 recipient in two.example by rule rest",
                        "broken 2026-11-24" + change + "not signed, for 1 recipient in two.example by rule rest");
        assertThat(findings(energy, "policy"))
                .allMatch(each -> each.startsWith("broken 2025-10-01 admin: set mailboxPolicies.default.profile to"
                        + " edi-energy-2025: line 1: mailboxPolicies.default.profile: "))
                .extracting(each -> each.replaceFirst(".*profile: ", ""))
                .containsExactly(
                        "RequireSignedSMIMEMessages is false, and profile edi-energy-2025 says true",
                        "RequireEncryptedSMIMEMessages is false, and profile edi-energy-2025 says true",
                        "RequireEncryptionSMIMEAlgorithm is AES256, and profile edi-energy-2025 says AES128-GCM",
                        "AllowSMIMEEncryptionAlgorithmNegotiation is AllowAnyAlgorithmNegotiation, and profile"
                                + " edi-energy-2025 says BlockNegotiation",
                        "enforcement is minimum, and profile edi-energy-2025 says exact",
                        "RSAKeyTransport is PKCS1, and profile edi-energy-2025 says OAEP-SHA256",
                        "RSASignaturePadding is PKCS1, and profile edi-energy-2025 says PSS",
                        "keyAlgorithms is [RSA, EC, Brainpool, Ed25519, Ed448, X25519, X448, ML-KEM], and profile"
                                + " edi-energy-2025 says [RSA]");
        assertThat(findings(check("bsi-tr-02102-2026", ExitCode.REFUSED), "key"))
                .containsExactlyElementsOf(Stream.of("ann@ours.example", "ben@ours.example")
                        .map(name -> "broken 2026-06-01 we: renew the key of " + name + ": RSA-2048 of " + name
                                + " signs and is encrypted to, and the profile takes RSA of 3000 and more")
                        .toList());
    }

    @Test
    void onlyTheMailOfPoliciesThatNameTheProfileCounts() throws IOException {
        Files.writeString(folder.resolve("policy.yaml"), """
                version: 1
                internal: [ours.example]
                mailboxPolicies:
                  market: { appliesTo: edi@ours.example, profile: edi-energy-2025 }
                  child: { extends: market, appliesTo: edi2@ours.example, RSASignaturePadding: PKCS1 }
                  other: { appliesTo: eve@ours.example, RSASignaturePadding: PKCS1 }
                partners:
                  old: { appliesTo: old.example, RSAKeyTransport: PKCS1 }
                rules:
                  - { id: some, when: { direction: outbound }, then: { encrypt: required, RSASignaturePadding: PKCS1 } }
                  - { id: weak, when: { direction: outbound }, then: { sign: required, RequireEncryptionSMIMEAlgorithm: AES128 } }
                  - { id: rest, when: always, then: mailboxPolicy }
                """);
        YamlMapping result = check("edi-energy-2025", ExitCode.REFUSED);
        assertThat(findings(result, "log")).isEmpty();
        String says = ", and profile edi-energy-2025 says ";
        // A rule cannot weaken the cipher that the profile demands, so that of rule weak is no finding
        assertThat(findings(result, "policy"))
                .containsExactly(
                        "broken 2025-10-01 admin: change line 5 of the policy: line 5:"
                                + " mailboxPolicies.child.RSASignaturePadding: RSASignaturePadding is PKCS1" + says
                                + "PSS",
                        "broken 2025-10-01 admin: change line 8 of the policy: line 8: partners.old.RSAKeyTransport:"
                                + " for partner old, RSAKeyTransport is PKCS1" + says + "OAEP-SHA256",
                        "broken 2025-10-01 admin: change line 10 of the policy: line 10:"
                                + " rules[0].then.RSASignaturePadding: for rule some, RSASignaturePadding is PKCS1"
                                + says + "PSS");
    }

    @Test
    void aPolicyThatContradictsTheProfileIsRefusedWithTheLineAndWhatHelps() throws IOException {
        Files.writeString(folder.resolve("policy.yaml"), """
                version: 1
                internal: [ours.example]
                mailboxPolicies:
                  default: { profile: edi-energy-2025, RSAKeyTransport: PKCS1 }
                rules: [{ id: rest, when: always, then: mailboxPolicy }]
                """);
        run(ExitCode.CONFIG, "profile", "check", "edi-energy-2025");
        assertThat(gateway.err().lines())
                .containsExactly(
                        folder.resolve("policy.yaml") + ":4: mailboxPolicies.default.RSAKeyTransport: contradicts"
                                + " profile edi-energy-2025, which says OAEP-SHA256; leave out this or the profile",
                        "error: 1 problem in the configuration, see above");
    }

    @Test
    void peopleReadATable() {
        now = Instant.parse("2027-01-01T00:00:00Z");
        run(ExitCode.REFUSED, "profile", "check", "cnsa-1");
        assertThat(gateway.lines().stream().map(line -> line.replaceAll("  +", " | ")))
                .startsWith(
                        "Profile cnsa-1 on 2027-01-01",
                        "Note: new national security systems need CNSA 2.0: profile cnsa-2",
                        "",
                        "Breaks the profile:",
                        "SINCE | ALLOWED UNTIL | WHO | HAS TO | WHAT",
                        "2020-03-01 | - | admin | set mailboxPolicies.default.profile to cnsa-1 | line 1:"
                                + " mailboxPolicies.default.profile: RequireSignedSMIMEAlgorithm is SHA256, and profile"
                                + " cnsa-1 says SHA384")
                .contains(
                        "Allowed now, and breaks it one day:",
                        "WHOSE | KEY | CERTIFICATES | TAKEN",
                        "we | RSA-2048 | 2 | no",
                        "partner | EC P-256 | 40 | no",
                        "partner | RSA-2048 | 479 | no",
                        "partner | RSA-3072 | 3440 | yes",
                        "issuer | EC P-256 | 2 | no")
                .last()
                .asString()
                .matches("\\d+ findings today, \\d+ to come");
    }

    @Test
    void whatCannotBeReadIsNamed() throws IOException {
        Path log = folder.resolve("audit.jsonl");
        Path away = Files.move(log, folder.resolve("away"));
        try {
            run(ExitCode.INPUT_OUTPUT, "profile", "check", "modern");
            assertThat(gateway.err().lines())
                    .containsExactly(
                            "error: not everything could be read: the audit log: " + log,
                            "hint: run it as a user who may read certificates and log");
        } finally {
            Files.move(away, log);
        }
    }

    @ParameterizedTest
    @CsvSource({"cnsa1, cnsa-1", "edi-energy, edi-energy-2025"})
    void anUnknownProfileIsRefusedWithTheNearest(String wrong, String nearest) {
        run(ExitCode.USAGE, "profile", "check", wrong);
        assertThat(gateway.err().lines())
                .containsExactly(
                        "error: Invalid value for positional parameter at index 0 (NAME): must be modern,"
                                + " outlook-compatible, bsi-tr-02102-2026, cnsa-1, cnsa-2, edi-energy-2025 or"
                                + " danish-edag2, not '" + wrong + "' (nearest: " + nearest + ")",
                        "hint: postseal help profile check");
    }
}
