package org.postseal.gateway.timestamp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StampFolderTest {
    private static final Instant NOON = Instant.parse("2026-11-27T12:00:00Z");

    @TempDir
    private Path folder;

    @Test
    void nothingIsStampedWhereThereIsNoFolder() throws IOException {
        assertThat(new StampFolder(folder.resolve("audit-stamps")).newest("audit"))
                .isEmpty();
    }

    @Test
    void theNewestIsThatOfTheHighestNumberThatHasAStamp() throws IOException {
        keep("audit-000000000900", NOON);
        keep("audit-000000001000", NOON.plusSeconds(60));
        // asked for, and not answered
        Files.writeString(folder.resolve("audit-000000002000.json"), line(NOON.plusSeconds(120)));
        Files.writeString(folder.resolve("audit-000000002000.tsq"), "query");
        keep("audit-changes-000000003000", NOON.plusSeconds(180));
        StampFolder stamps = new StampFolder(folder);
        assertThat(stamps.newest("audit")).contains(NOON.plusSeconds(60));
        assertThat(stamps.newest("audit-changes")).contains(NOON.plusSeconds(180));
        assertThat(stamps.newest("admin")).isEmpty();
    }

    @Test
    void aStampWithoutWhatWasStampedIsSaidToBeUnreadable() throws IOException {
        keep("audit-000000000900", NOON);
        Files.writeString(folder.resolve("audit-000000001000.tsr"), "stamp");
        StampFolder stamps = new StampFolder(folder);
        assertThatThrownBy(() -> stamps.newest("audit"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("audit-000000001000.json");
        for (String damaged : List.of("{}", line(NOON).replace("2026", "year"))) {
            Files.writeString(folder.resolve("audit-000000001000.json"), damaged);
            assertThatThrownBy(() -> stamps.newest("audit")).isInstanceOf(IOException.class);
        }
    }

    private void keep(String name, Instant signed) throws IOException {
        Files.writeString(folder.resolve(name + ".json"), line(signed));
        Files.writeString(folder.resolve(name + ".tsr"), "stamp");
    }

    private static String line(Instant signed) {
        return "{\"@timestamp\":\"" + signed + "\",\"event.action\":\"chain-checkpoint\"}\n";
    }
}
