package org.postseal.gateway.admin.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.gateway.app.assembly.ConsoleTls;
import org.postseal.gateway.config.GatewayConfig;
import org.postseal.gateway.console.ConsoleServer;
import org.postseal.gateway.console.PolicyTests;
import org.postseal.gateway.console.SampleConsole;
import org.postseal.gateway.console.SampleLog;
import org.postseal.gateway.console.VisitorFiles;
import org.postseal.gateway.mail.login.LoginFile;
import org.postseal.gateway.mail.login.PasswordHash;
import org.postseal.gateway.testkit.Requirements;

/** Tests a console whose configuration asks visitors for a certificate. */
final class ConsoleTlsIT {
    @TempDir
    private Path folder;

    private VisitorFiles files;

    @BeforeEach
    void write() throws IOException {
        Requirements.programs("openssl");
        files = new VisitorFiles(folder);
        files.write("console", "/CN=console");
        files.write("reviewer", "/O=Audit/CN=Rita Reviewer");
        files.write("stranger", "/O=Audit/CN=Rita Reviewer");
        var _ = SampleLog.write(
                folder,
                List.of(SampleLog.Sample.delivered(Instant.now(), "Q1", "alice@example.com", "bob@partner.example")),
                1 << 20);
    }

    @Test
    void aCertificateLetsIn() throws Exception {
        try (ConsoleServer console = start("")) {
            HttpResponse<String> page = get(console, Optional.of("reviewer"));
            assertThat(page.statusCode()).isEqualTo(200);
            assertThat(page.body()).contains("alice@example.com").contains("for CN=Rita Reviewer,O=Audit.");
        }
    }

    @Test
    void withoutOrWithOneOfSomebodyElseNobodyGetsIn() throws Exception {
        try (ConsoleServer console = start("")) {
            assertThatThrownBy(() -> get(console, Optional.empty())).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> get(console, Optional.of("stranger"))).isInstanceOf(IOException.class);
            String plain = "http://127.0.0.1:" + console.address().getPort() + "/search";
            assertThatThrownBy(() -> VisitorFiles.get(HttpClient.newHttpClient(), plain))
                    .isInstanceOf(IOException.class);
            assertThat(get(console, Optional.of("reviewer")).statusCode())
                    .as("it still listens")
                    .isEqualTo(200);
        }
    }

    @Test
    void withLoginsAsWellBothAreNeeded() throws Exception {
        Path logins = Files.writeString(
                folder.resolve("logins"),
                LoginFile.line("auditor@example.com", PasswordHash.of("pencil", new SecureRandom()), List.of()) + "\n");
        try (ConsoleServer console = start(", auth: { passwords: \"" + logins + "\" }")) {
            assertThat(get(console, Optional.of("reviewer")).statusCode()).isEqualTo(401);
            assertThatThrownBy(() -> get(console, Optional.empty())).isInstanceOf(IOException.class);
        }
    }

    private ConsoleServer start(String further) throws IOException {
        GatewayConfig config = SampleConsole.config(
                folder,
                "console: { address: \"127.0.0.1:0\","
                        + " tls: { certificate: console.pem, key: console.key, clients: reviewer.pem }"
                        + further + " }\n");
        return ConsoleServer.start(config, ConsoleTls.of(config.console()), PolicyTests.NONE, InstantSource.system());
    }

    private HttpResponse<String> get(ConsoleServer console, Optional<String> visitor) throws Exception {
        return VisitorFiles.get(
                files.visitor("console", visitor),
                "https://127.0.0.1:" + console.address().getPort() + "/search");
    }
}
