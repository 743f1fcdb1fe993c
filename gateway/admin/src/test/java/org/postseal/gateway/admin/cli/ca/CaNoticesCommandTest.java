package org.postseal.gateway.admin.cli.ca;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.gateway.admin.cli.Administration;
import org.postseal.gateway.admin.cli.Administration.Done;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.testkit.Action;
import org.postseal.gateway.testkit.Await;
import org.postseal.gateway.testkit.Script;
import org.postseal.gateway.testkit.ScriptedNextHop;

/** Tests who is told that a certificate ends. */
final class CaNoticesCommandTest {
    private final Path folder;

    CaNoticesCommandTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void eachNoticeIsWrittenOnce() throws IOException {
        CaOffice office = CaOffice.withAuthority(folder);
        Path out = Files.createDirectory(office.admin.file("out"));
        office.run("ca issue alice@ours.example bob@ours.example --key p256 --days 60");
        String command = "ca notices --from pki@ours.example --admin admin@ours.example --out " + out;

        assertThat(office.admin.run(command).out()).containsExactly("0 notices written");
        for (int days : new int[] {31, 47, 54, 59}) {
            office.admin.at(Administration.NOW.plus(Duration.ofDays(days)));
            assertThat(office.admin.run(command).out()).as("%s", days).containsExactly("3 notices written");
            assertThat(office.admin.run(command).out()).containsExactly("0 notices written");
        }
        try (Stream<Path> files = Files.list(out)) {
            assertThat(files).hasSize(12);
        }
        assertThat(office.admin.changes())
                .filteredOn(change -> change.action().equals("ca-notices"))
                .hasSize(4)
                .allSatisfy(change -> assertThat(change.details()).containsExactly("3 notices to write"));
    }

    @Test
    void whatCannotBeRecordedIsNotDone() throws IOException {
        CaOffice office = CaOffice.withAuthority(folder);
        Path out = Files.createDirectory(office.admin.file("out"));
        office.run("ca issue alice@ours.example --key p256 --days 20");
        String command = "ca notices --from pki@ours.example --admin admin@ours.example --out " + out;
        Path database = office.admin.file("postseal.db");
        Path kept = Files.move(database, office.admin.file("kept.db"));
        Files.writeString(database, "x".repeat(5000));

        Done failed = office.admin.run(command);

        assertThat(failed.exitCode()).isEqualTo(ExitCode.INPUT_OUTPUT);
        assertThat(failed.out()).isEmpty();
        assertThat(failed.err()).hasSize(2);
        assertThat(failed.err().getFirst()).startsWith("error: the writing of notices cannot be recorded: ");
        assertThat(failed.err().getLast()).isEqualTo("hint: nothing was done; try again");
        assertThat(out).isEmptyDirectory();
        Files.move(kept, database, StandardCopyOption.REPLACE_EXISTING);
        assertThat(office.admin.run(command).out()).containsExactly("2 notices written");
        assertThat(office.admin.changes())
                .filteredOn(change -> change.action().equals("ca-notices"))
                .singleElement()
                .satisfies(change -> assertThat(change.details()).containsExactly("2 notices to write"));
    }

    @Test
    void whomTheNextHopRefusesKeepsNoOtherNoticeBack() throws IOException {
        CaOffice office = CaOffice.withAuthority(folder);
        office.run("ca issue alice@ours.example bob@ours.example carol@ours.example --key p256 --days 20");
        Script refusing = Script.onLine("RCPT TO:<alice@ours.example>", new Action.Say("550 5.1.1 no such user\r\n"));
        String command = "ca notices --from pki@ours.example --admin admin@ours.example --send";
        // Nobody may take the port before the second server has it.
        int port = Await.freePorts(1).getFirst();
        try (ScriptedNextHop server = ScriptedNextHop.onPort(port, refusing)) {
            Files.writeString(
                    office.admin.config(),
                    Files.readString(office.admin.config()).replace("127.0.0.1:10026", "127.0.0.1:" + port));

            Done done = office.admin.run(command);

            assertThat(done.exitCode()).isEqualTo(ExitCode.TRY_AGAIN);
            assertThat(done.out()).containsExactly("3 notices sent");
            assertThat(done.err())
                    .containsExactly(
                            "error: no notice to alice@ours.example: 550 5.1.1 no such user",
                            "hint: the next run tries again");
            assertThat(server.received())
                    .flatExtracting(each -> each.recipients())
                    .containsExactly("bob@ours.example", "carol@ours.example", "admin@ours.example");
            assertThat(server.received().getLast().text()).contains("the notice was refused: 550 5.1.1 no such user");
            assertThat(office.admin.run(command).out()).containsExactly("0 notices sent");
        }
        try (ScriptedNextHop server = ScriptedNextHop.onPort(port, Script.polite())) {
            assertThat(office.admin.run(command).out()).containsExactly("1 notice sent");
            assertThat(server.received())
                    .flatExtracting(each -> each.recipients())
                    .containsExactly("alice@ours.example");
        }
    }
}
