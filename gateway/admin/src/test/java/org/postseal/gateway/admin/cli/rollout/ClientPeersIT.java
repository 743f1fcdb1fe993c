package org.postseal.gateway.admin.cli.rollout;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.gateway.admin.cli.rollout.ClientOffice.request;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.certstore.issue.IssuedCertificate;
import org.postseal.certstore.issue.Profile;
import org.postseal.gateway.admin.cli.Administration;
import org.postseal.gateway.admin.cli.Administration.Done;
import org.postseal.gateway.testkit.Command;
import org.postseal.gateway.testkit.GpgsmHome;
import org.postseal.gateway.testkit.Requirements;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Tests what other programs make of the files that {@code postseal client} writes. */
final class ClientPeersIT {
    private static final String ALICE = "alice@ours.example";
    private static final String SPLIT = "bob@ours.example";
    private static final String TIME = Long.toString(Administration.NOW.getEpochSecond() + 60);

    @TempDir
    private static Path folder;

    private static ClientOffice office;
    private static IssuedCertificate alice;
    private static int files;

    @BeforeAll
    static void office() throws IOException {
        Requirements.peers();
        Requirements.programs("python3");
        office = ClientOffice.in(folder);
        alice = office.user(ALICE);
        office.take(request(SPLIT, -1, 365).profile(Profile.SIGN));
        office.take(request(SPLIT, -1, 365).profile(Profile.ENCRYPT));
        office.user("it@ours.example");
    }

    /** A file, and the file with its password. */
    private record Made(Path file, Path secret) {
        String password() throws IOException {
            return Files.readString(secret).strip();
        }
    }

    private static Made made(String words) {
        Path file = folder.resolve("made-" + ++files);
        Path secret = folder.resolve("made-" + files + ".password");
        Done done = office.run((Object[]) (words + " -o " + file + " --password-out " + secret).split(" ", -1));
        ClientOffice.ok(done);
        return new Made(file, secret);
    }

    private static Made pkcs12(String address, String profile) {
        return made("client pkcs12 " + address + " --profile " + profile);
    }

    @ParameterizedTest
    @ValueSource(strings = {"modern", "compatible", "compatible -legacy"})
    void openSslOpensIt(String how) throws IOException {
        Made made = pkcs12(SPLIT, how.replace(" -legacy", ""));
        List<Object> words = new ArrayList<>(
                List.of("openssl", "pkcs12", "-in", made.file(), "-passin", "file:" + made.secret(), "-noenc"));
        if (how.endsWith("-legacy")) {
            words.add("-legacy");
        }
        String text = new String(Command.of(words).output(), US_ASCII);
        assertThat(count(text, "-----BEGIN PRIVATE KEY-----")).isEqualTo(2);
        // These are two certificates of the user and the issuer's; the root is not among them
        assertThat(count(text, "-----BEGIN CERTIFICATE-----")).isEqualTo(3);
        assertThat(count(text, "friendlyName: " + SPLIT + " to sign until 2027-06-01 ("))
                .isEqualTo(2);
        assertThat(count(text, "friendlyName: " + SPLIT + " to decrypt until 2027-06-01 ("))
                .isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"modern", "compatible"})
    void anotherPasswordOpensNothing(String profile) {
        Made made = pkcs12(ALICE, profile);
        Command.Result result = Command.of("openssl", "pkcs12", "-in", made.file(), "-passin", "pass:another", "-noout")
                .run();
        assertThat(result.messages()).contains("invalid password");
    }

    @Test
    void theOldFormIsOldThroughout() {
        Made made = pkcs12(ALICE, "compatible");
        Command.Result result = Command.of(
                        "openssl", "pkcs12", "-info", "-noout", "-in", made.file(), "-passin", "file:" + made.secret())
                .run();
        assertThat(result.messages().lines().filter(line -> !line.isBlank()))
                .containsExactly(
                        "MAC: sha1, Iteration 10000",
                        "MAC length: 20, salt length: 20",
                        "PKCS7 Encrypted data: pbeWithSHA1And3-KeyTripleDES-CBC, Iteration 10000",
                        "Certificate bag",
                        "Certificate bag",
                        "PKCS7 Data",
                        "Shrouded Keybag: pbeWithSHA1And3-KeyTripleDES-CBC, Iteration 10000");
    }

    @ParameterizedTest
    @ValueSource(strings = {"modern", "compatible"})
    void nssOpensIt(String profile) throws IOException {
        Made made = pkcs12(SPLIT, profile);
        String database = nss();
        Path empty = Files.writeString(folder.resolve("empty"), "\n");
        Command.of("pk12util", "-i", made.file(), "-d", database, "-k", empty, "-w", made.secret())
                .output();
        String keys = new String(Command.of("certutil", "-K", "-d", database).output(), US_ASCII);
        assertThat(count(keys, " until 2027-06-01 (")).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"modern", "compatible"})
    void javaOpensIt(String profile) throws Exception {
        Made made = pkcs12(SPLIT, profile);
        KeyStore store = KeyStore.getInstance("PKCS12", "SunJSSE");
        char[] password = made.password().toCharArray();
        store.load(new ByteArrayInputStream(Files.readAllBytes(made.file())), password);
        List<String> aliases = Collections.list(store.aliases());
        assertThat(aliases).hasSize(2);
        for (String alias : aliases) {
            assertThat(store.getKey(alias, password)).isNotNull();
            assertThat(store.getCertificateChain(alias)).hasSize(2);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"modern", "compatible"})
    void gpgsmOpensIt(String profile) throws IOException {
        try (GpgsmHome home = GpgsmHome.empty()) {
            // gpgsm 2.4 fails on one in some hundred files with the old algorithms, also on files of OpenSSL
            String said = imported(home, pkcs12(ALICE, profile));
            if (profile.equals("compatible") && said.contains("Decryption failed")) {
                said = imported(home, pkcs12(ALICE, profile));
            }
            assertThat(said).contains("secret keys imported: 1");
            String keys =
                    new String(home.gpgsm("--with-colons", "--list-secret-keys").output(), UTF_8);
            assertThat(keys).contains("<" + ALICE + ">");
        }
    }

    @Test
    void gpgsmTakesOneKeyOfAFile() throws IOException {
        Made made = pkcs12(SPLIT, "modern");
        try (GpgsmHome home = GpgsmHome.empty()) {
            assertThat(imported(home, made))
                    .contains("a private key has already been received")
                    .contains("secret keys imported: 1");
        }
    }

    /** Imports the file and returns what gpgsm says. */
    private static String imported(GpgsmHome home, Made made) throws IOException {
        return home.gpgsm(
                        "--disable-dirmngr",
                        "--pinentry-mode",
                        "loopback",
                        "--passphrase-fd",
                        "0",
                        "--import",
                        made.file())
                .input((made.password() + "\n").getBytes(US_ASCII))
                .run()
                .messages();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"--exchange mail.ours.example --oauth", "--imap imap.ours.example --smtp smtp.ours.example:587"})
    void theProfileIsASignedPropertyList(String account) throws IOException {
        Made made = made("client mobileconfig " + SPLIT + " " + account
                + " --signer it@ours.example --organization </string>&\"' --encrypt");
        Path root = Files.writeString(
                folder.resolve("root.pem"), ClientOffice.AUTHORITY.root().toPem());
        Command verify = Command.of(
                "openssl",
                "cms",
                "-verify",
                "-inform",
                "DER",
                "-in",
                made.file(),
                "-CAfile",
                root,
                "-purpose",
                "any",
                "-attime",
                TIME,
                "-binary");
        byte[] list = verify.output();
        Map<?, ?> profile = parsed(list);
        assertThat(profile.get("PayloadType")).isEqualTo("Configuration");
        assertThat(profile.get("PayloadOrganization")).isEqualTo("</string>&\"'");
        assertThat(profile.keySet().stream().map(String::valueOf))
                .contains("PayloadVersion", "PayloadIdentifier", "PayloadUUID", "PayloadDisplayName", "PayloadContent");
        List<?> payloads = (List<?>) Objects.requireNonNull(profile.get("PayloadContent"));
        assertThat(types(payloads))
                .containsExactly(
                        "com.apple.security.root",
                        "com.apple.security.pkcs1",
                        "com.apple.security.pkcs12",
                        "com.apple.security.pkcs12",
                        account.startsWith("--exchange") ? "com.apple.eas.account" : "com.apple.mail.managed");
        Map<?, ?> signing = (Map<?, ?>) payloads.get(2);
        Map<?, ?> encryption = (Map<?, ?>) payloads.get(3);
        Map<?, ?> mail = (Map<?, ?>) payloads.get(4);
        assertThat(mail.get("SMIMESigningEnabled")).isEqualTo(true);
        assertThat(mail.get("SMIMESigningCertificateUUID")).isEqualTo(signing.get("PayloadUUID"));
        assertThat(mail.get("SMIMEEncryptionCertificateUUID")).isEqualTo(encryption.get("PayloadUUID"));
        assertThat(mail.get("SMIMEEncryptByDefault")).isEqualTo(true);
        assertThat(signing.get("PayloadUUID")).isNotEqualTo(encryption.get("PayloadUUID"));
        assertThat(signing.containsKey("Password")).isFalse();
        if (account.startsWith("--imap")) {
            assertThat(mail.keySet().stream().map(String::valueOf))
                    .contains(
                            "EmailAccountType",
                            "IncomingMailServerAuthentication",
                            "IncomingMailServerHostName",
                            "OutgoingMailServerAuthentication",
                            "OutgoingMailServerHostName");
            assertThat(mail.get("OutgoingMailServerPortNumber")).isEqualTo(587);
        }

        // The payload opens with the password of the file and holds a private key
        Path key = Files.write(
                folder.resolve("payload.p12"),
                java.util.Base64.getDecoder().decode((String) signing.get("PayloadContent")));
        assertThat(count(
                        new String(
                                Command.of(
                                                "openssl",
                                                "pkcs12",
                                                "-in",
                                                key,
                                                "-passin",
                                                "file:" + made.secret(),
                                                "-noenc")
                                        .output(),
                                US_ASCII),
                        "-----BEGIN PRIVATE KEY-----"))
                .isEqualTo(1);

        // A second profile of the same user differs only in what is encrypted
        Made again = made("client mobileconfig " + SPLIT + " " + account + " --organization </string>&\"' --encrypt");
        assertThat(withoutKeys(Files.readAllBytes(again.file()))).isEqualTo(withoutKeys(list));

        // The signature does not verify after a changed octet
        byte[] octets = Files.readAllBytes(made.file());
        int at = new String(octets, java.nio.charset.StandardCharsets.ISO_8859_1).indexOf("SMIMESigningEnabled");
        octets[at] ^= 1;
        Files.write(made.file(), octets);
        assertThat(verify.run().isSuccess()).isFalse();
    }

    private static Map<?, ?> parsed(byte[] list) {
        byte[] json = Command.of(
                        "python3",
                        "-c",
                        "import base64,json,plistlib,sys; print(json.dumps(plistlib.loads(sys.stdin.buffer.read()),"
                                + " default=lambda o: base64.b64encode(o).decode()))")
                .input(list)
                .output();
        return (Map<?, ?>) new Load(LoadSettings.builder().build()).loadFromString(new String(json, UTF_8));
    }

    private static List<String> types(List<?> payloads) {
        return payloads.stream()
                .map(each -> String.valueOf(((Map<?, ?>) each).get("PayloadType")))
                .toList();
    }

    private static String withoutKeys(byte[] list) {
        return Pattern.compile("(PayloadIdentifier|PayloadUUID|PayloadCertificateFileName|"
                        + "[A-Za-z]+UUID)</key>\\s*<string>([^<]*)")
                .matcher(new String(list, UTF_8))
                .results()
                .map(each -> each.group(1) + " " + each.group(2))
                .toList()
                .toString();
    }

    @Test
    void nssTakesTheAuthoritiesOfThePolicy() throws IOException {
        Path out = folder.resolve("thunderbird");
        ClientOffice.ok(office.run("client", "thunderbird", "--trust", "partners", "--out", out));
        Map<?, ?> policy = (Map<?, ?>)
                new Load(LoadSettings.builder().build()).loadFromString(Files.readString(out.resolve("policies.json")));
        Map<?, ?> policies = (Map<?, ?>) Objects.requireNonNull(policy.get("policies"));
        Map<?, ?> certificates = (Map<?, ?>) Objects.requireNonNull(policies.get("Certificates"));
        List<?> install = (List<?>) Objects.requireNonNull(certificates.get("Install"));
        assertThat(install).hasSize(2);
        String database = nss();
        Path user = Files.writeString(folder.resolve("alice.pem"), alice.certificatePem());
        Command.of("certutil", "-A", "-d", database, "-n", "alice", "-t", ",,", "-i", user)
                .output();
        Command verify = Command.of("certutil", "-V", "-d", database, "-n", "alice", "-u", "S", "-b", "260602120000Z");
        assertThat(verify.run().isSuccess()).isFalse();
        for (Object each : install) {
            Path laid = Path.of(each.toString());
            assertThat(laid.getParent()).isEqualTo(Path.of("/etc/thunderbird/policies"));
            String name = String.valueOf(laid.getFileName());
            // This is the trust that Thunderbird gives to the authorities
            Command.of("certutil", "-A", "-d", database, "-n", name, "-t", "CT,CT,", "-i", out.resolve(name))
                    .output();
        }
        assertThat(new String(verify.output(), US_ASCII)).contains("certificate is valid");
    }

    private static String nss() throws IOException {
        String database = "sql:" + Files.createTempDirectory(folder, "nss");
        Command.of("certutil", "-N", "-d", database, "--empty-password").output();
        return database;
    }

    private static long count(String text, String what) {
        return Pattern.compile(Pattern.quote(what)).matcher(text).results().count();
    }
}
