package org.postseal.gateway.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postseal.gateway.config.ConsoleConfig;
import org.postseal.gateway.console.Guard.Admission;
import org.postseal.gateway.console.http.Page;
import org.postseal.gateway.console.http.Request;
import org.postseal.gateway.mail.login.LoginFile;
import org.postseal.gateway.mail.login.Logins;

/** Tests who is let in. */
final class GuardTest {
    private static final InetAddress PEER = InetAddress.ofLiteral("192.0.2.1");
    private static final InetAddress OTHER = InetAddress.ofLiteral("192.0.2.2");

    /**
     * This is the hash of "pass: wörd", made by Python's hashlib. It takes as little work as a file of users may ask
     * for, since a wrong password is tried ten times.
     */
    private static final String PASS_WORD = "$pbkdf2-sha512$10000$AAECAwQFBgcICQoLDA0ODw$"
            + "Q4oIJhtJgevlqVe17MgH7cBnvg38BDTim9SEEk2wMoIocHXAT4H78Y6KRohqIpMES2RT7E70UnYtDwpD8o.hmg";

    @TempDir
    private Path folder;

    private Instant now = Instant.parse("2026-11-26T12:00:00Z");
    private final InstantSource clock = () -> now;

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1:9726,      true",
        "localhost,           true",
        "LocalHost:9726,      true",
        "[::1]:9726,          true",
        "console.example.com, true",
        "attacker.example,    false",
        "localhost.attacker.example, false",
        "127.0.0.2:9726,      false",
        "'',                  false"
    })
    void onlyNamesThatAreMeantLeadIn(String host, boolean isAdmitted) {
        Guard guard = new Guard(config(Optional.empty()), clock);
        Admission admission = guard.admit(request(PEER, Map.of("host", host)));
        if (isAdmitted) {
            assertThat(admission).isEqualTo(new Admission.Admitted("anybody, without a login"));
        } else {
            assertThat(status(admission)).isEqualTo(421);
        }
    }

    @Test
    void noHostLeadsNowhere() {
        assertThat(status(new Guard(config(Optional.empty()), clock).admit(request(PEER, Map.of()))))
                .isEqualTo(421);
    }

    @Test
    void pagesOfOthersMayLinkHereAndNothingElse() {
        Guard guard = new Guard(config(Optional.empty()), clock);
        Map<String, String> fields = new LinkedHashMap<>(Map.of("host", "localhost", "sec-fetch-site", "cross-site"));
        fields.put("sec-fetch-mode", "no-cors");
        assertThat(status(guard.admit(request(PEER, fields)))).isEqualTo(403);
        fields.put("sec-fetch-mode", "navigate");
        assertThat(guard.admit(request(PEER, fields))).isInstanceOf(Admission.Admitted.class);
    }

    @Test
    void aPasswordIsAskedForAndChecked() throws Exception {
        Guard guard = new Guard(config(Optional.of(logins())), clock);
        Page asked = page(guard.admit(request(PEER, Map.of("host", "localhost"))));
        assertThat(asked.status()).isEqualTo(401);
        assertThat(asked.fields()).containsEntry("www-authenticate", "Basic realm=\"Postseal\", charset=\"UTF-8\"");

        assertThat(guard.admit(login(PEER, "auditor@example.com", "pass: wörd")))
                .isEqualTo(new Admission.Admitted("auditor@example.com"));
        assertThat(guard.admit(login(PEER, "auditor@example.com", "pass: wörd")))
                .as("again, from what is remembered")
                .isEqualTo(new Admission.Admitted("auditor@example.com"));
        assertThat(status(guard.admit(login(PEER, "auditor@example.com", "wrong"))))
                .isEqualTo(401);
        assertThat(status(guard.admit(login(PEER, "nobody@example.com", "pass: wörd"))))
                .isEqualTo(401);
        for (String field : List.of("Basic", "Basic !!", "Bearer x", "Basic " + base64("nocolon"))) {
            assertThat(status(guard.admit(request(PEER, Map.of("host", "localhost", "authorization", field)))))
                    .isEqualTo(401);
        }
    }

    @Test
    void whoGuessesWaits() throws Exception {
        Guard guard = new Guard(config(Optional.of(logins())), clock);
        for (int i = 0; i < FailedLogins.PER_USER; i++) {
            assertThat(status(guard.admit(login(PEER, "auditor@example.com", "guess " + i))))
                    .isEqualTo(401);
        }
        assertThat(status(guard.admit(login(PEER, "AUDITOR@example.com", "pass: wörd"))))
                .as("the right one is not looked at any more")
                .isEqualTo(429);
        assertThat(guard.admit(login(OTHER, "auditor@example.com", "pass: wörd")))
                .as("from elsewhere he gets in")
                .isInstanceOf(Admission.Admitted.class);
        now = now.plus(FailedLogins.WINDOW);
        assertThat(guard.admit(login(PEER, "auditor@example.com", "pass: wörd")))
                .isInstanceOf(Admission.Admitted.class);
    }

    @Test
    void anAddressThatTriesManyUsersWaitsToo() {
        FailedLogins failed = new FailedLogins(clock);
        for (int i = 0; i < FailedLogins.PER_ADDRESS; i++) {
            assertThat(failed.isBarred(PEER, "user" + i)).isFalse();
            failed.failed(PEER, "user" + i);
        }
        assertThat(failed.isBarred(PEER, "fresh")).isTrue();
        assertThat(failed.isBarred(OTHER, "fresh")).isFalse();
    }

    private static ConsoleConfig config(Optional<Logins> logins) {
        return new ConsoleConfig(
                new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 9726),
                Set.of("console.example.com"),
                Optional.empty(),
                logins,
                Optional.empty());
    }

    private Logins logins() throws Exception {
        Path file = Files.writeString(folder.resolve("logins"), "auditor@example.com:" + PASS_WORD + "\n");
        return ((LoginFile.Reading.Read) LoginFile.read(file)).logins();
    }

    private static Request login(InetAddress peer, String user, String password) {
        return request(peer, Map.of("host", "localhost", "authorization", "Basic " + base64(user + ":" + password)));
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }

    private static Request request(InetAddress peer, Map<String, String> fields) {
        return new Request("/", fields, peer, Optional.empty());
    }

    private static int status(Admission admission) {
        return page(admission).status();
    }

    private static Page page(Admission admission) {
        assertThat(admission).isInstanceOf(Admission.Refused.class);
        return ((Admission.Refused) admission).page();
    }
}
