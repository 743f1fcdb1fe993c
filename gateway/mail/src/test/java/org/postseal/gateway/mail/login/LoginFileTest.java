package org.postseal.gateway.mail.login;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.Domain;
import org.postseal.certstore.MailAddress;
import org.postseal.gateway.mail.Login;

class LoginFileTest {
    /** This is the hash of "pencil". */
    static final String HASH = "$pbkdf2-sha512$10000$AAECAwQFBgcICQoLDA0ODw$"
            + "iVow1GG/0gIhkgYchi7pZtt5r7uyXCo0a.uufFFyLbiulO2gPENewJpmFAOVK5nV.JX8xFxWvh/43AEoxbTFVw";

    @TempDir
    private Path folder;

    @Test
    void usersTheirPasswordsAndTheirSendersAreRead() throws IOException {
        Logins logins = logins("""
                # our users

                Alice@Example.com:%1$s
                scanner:%1$s:scans@example.com, @floor.example.com
                relay:%1$s:*
                """);
        assertThat(logins.check("alice@EXAMPLE.com", "pencil"))
                .contains(new Login("alice@example.com", Set.of(MailAddress.of("alice@example.com")), Set.of(), false));
        assertThat(logins.check("alice@example.com", "pen")).isEmpty();
        assertThat(logins.check("nobody", "pencil")).isEmpty();
        assertThat(logins.check("", "")).isEmpty();
        Login scanner = logins.known("scanner").orElseThrow();
        assertThat(scanner)
                .isEqualTo(new Login(
                        "scanner",
                        Set.of(MailAddress.of("scans@example.com")),
                        Set.of(Domain.of("floor.example.com")),
                        false));
        assertThat(scanner.maySendAs(MailAddress.of("scans@EXAMPLE.com"))).isTrue();
        assertThat(scanner.maySendAs(MailAddress.of("anybody@floor.example.com")))
                .isTrue();
        assertThat(scanner.maySendAs(MailAddress.of("anybody@sub.floor.example.com")))
                .isFalse();
        assertThat(scanner.maySendAs(MailAddress.of("alice@example.com"))).isFalse();
        assertThat(logins.known("relay").orElseThrow().maySendAs(MailAddress.of("x@y.example")))
                .isTrue();
        assertThat(logins.toString()).isEqualTo("3 users");
    }

    @Test
    void allProblemsAreToldAndNoneShowsAPassword() throws IOException {
        assertThat(LoginFile.read(Files.writeString(folder.resolve("logins"), """
                alice@example.com:pencil
                pencil
                a b:%1$s:*
                bob@example.com:%1$s
                BOB@example.com:%1$s
                scanner:%1$s
                carl@example.com:%1$s:carl@example.com,,@,x y@example.com
                dora@example.com:%1$s:*:more
                """.formatted(HASH))))
                .isEqualTo(new LoginFile.Reading.Wrong(List.of(
                        "line 1: the password is not as 'postseal password' writes it",
                        "line 2: must be USER:PASSWORD or USER:PASSWORD:SENDERS",
                        "line 3: the user must be 1 to 200 letters, digits and ._%+-@",
                        "line 5: bob@example.com stands in the file twice",
                        "line 6: " + SENDERS,
                        "line 7: " + SENDERS,
                        "line 7: " + SENDERS,
                        "line 7: " + SENDERS,
                        "line 8: must be USER:PASSWORD or USER:PASSWORD:SENDERS")));
    }

    @Test
    void aFileOfNobodyOrNoneAtAllIsAProblem() throws IOException {
        assertThat(LoginFile.read(Files.writeString(folder.resolve("none"), "# nobody yet\n")))
                .isEqualTo(new LoginFile.Reading.Wrong(List.of("names nobody")));
        assertThat(LoginFile.read(Files.write(folder.resolve("latin1"), new byte[] {(byte) 0xE4})))
                .isEqualTo(new LoginFile.Reading.Wrong(List.of("is not UTF-8 text")));
        assertThat(LoginFile.read(folder.resolve("missing")))
                .isEqualTo(new LoginFile.Reading.Wrong(List.of("cannot be read")));
    }

    private static final String SENDERS =
            "who may write as whom must be a list of addresses, @domains or *; without one the user must be an address";

    private Logins logins(String text) throws IOException {
        return ((LoginFile.Reading.Read)
                        LoginFile.read(Files.writeString(folder.resolve("logins"), text.formatted(HASH))))
                .logins();
    }
}
