package org.postseal.gateway.admin.cli.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.gateway.admin.cli.Administration.Done;
import org.postseal.gateway.testkit.HowtoPage;

/** Runs every command of {@code docs/howto-clients.md}, in its order. */
@Tag("thorough")
final class HowtoClientsTest {
    @TempDir
    private Path folder;

    @Test
    void everyCommandDoesWhatThePageSays() throws IOException {
        ClientOffice office = ClientOffice.in(folder);
        office.admin.atTerminal();
        ClientOffice.ok(office.run("trust", "import", "own", office.admin.file("ca.pem")));
        for (String user : List.of("alice@example.com", "bob@example.com", "it@example.com")) {
            office.user(user);
        }
        List<String> commands = commands(Files.readString(Path.of("../../docs/howto-clients.md")));
        for (String command : commands) {
            List<Object> words = new ArrayList<>();
            String before = "";
            for (String word : command.substring("postseal ".length()).split(" ", -1)) {
                boolean isFile = List.of("-o", "--out", "--password-out").contains(before);
                words.add(isFile ? folder.resolve(word) : word);
                before = word;
            }
            Done done = office.run(words.toArray());
            assertThat(done.exitCode()).as(command + ": " + done).isZero();
        }
        assertThat(commands.stream().map(each -> each.split(" ", -1)[2]).distinct())
                .containsExactly("pkcs12", "mobileconfig", "thunderbird", "intune", "bundle");
        assertThat(Stream.of(
                        "alice.p12",
                        "alice-old.p12",
                        "alice.password",
                        "alice.mobileconfig",
                        "bob.mobileconfig",
                        "thunderbird/policies.json",
                        "intune/import.ps1",
                        "intune/users.csv",
                        "alice/index.html"))
                .allMatch(name -> Files.isRegularFile(folder.resolve(name)));
    }

    private static List<String> commands(String page) {
        return HowtoPage.blocks(page, "sh").stream().flatMap(String::lines).toList();
    }
}
