package org.postseal.certstore.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MasterKeyTest {
    @TempDir
    Path directory;

    @Test
    void sameFileSameKeyOtherFileOtherKey() throws Exception {
        MasterKey one = MasterKey.read(file(32, "rw-------"));
        assertThat(MasterKey.read(file(32, "r--------")).name()).isEqualTo(one.name());
        // Every octet counts, also those behind the 32nd.
        assertThat(MasterKey.read(file(33, "rw-r-----")).name()).isNotEqualTo(one.name());
        assertThat(one).hasToString("[redacted]");
    }

    @Test
    void createsFileForItsOwnerAloneAndNeverOverAnother() throws Exception {
        Path file = directory.resolve("master");
        MasterKey created = MasterKey.create(file);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(Files.size(file)).isEqualTo(32);
        assertThat(MasterKey.read(file).name()).isEqualTo(created.name());
        assertThatThrownBy(() -> MasterKey.create(file)).isExactlyInstanceOf(KeyFileException.class);
        assertThat(MasterKey.read(file).name()).isEqualTo(created.name());
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw----r--", "rw-----w-", "rw------x", "rw-r--r--"})
    void refusesFileOpenToEverybody(String permissions) throws Exception {
        Path file = file(32, permissions);
        assertThatThrownBy(() -> MasterKey.read(file))
                .isExactlyInstanceOf(KeyFileException.class)
                .hasMessage("master key " + file + " is open to everybody (" + permissions + "): chmod 600");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 'master key has 0 octets, 32 at least are needed'",
        "31, 'master key has 31 octets, 32 at least are needed'"
    })
    void refusesShortFile(int octets, String message) throws Exception {
        Path file = file(octets, "rw-------");
        assertThatThrownBy(() -> MasterKey.read(file))
                .isExactlyInstanceOf(KeyFileException.class)
                .hasMessage(message);
    }

    @Test
    void refusesWhatIsNoFileOfReasonableSize() throws Exception {
        Path folder = Files.createDirectory(
                directory.resolve("folder"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path large = file(65_537, "rw-------");
        for (Path file : new Path[] {folder, large}) {
            assertThatThrownBy(() -> MasterKey.read(file))
                    .isExactlyInstanceOf(KeyFileException.class)
                    .hasMessage("master key " + file + " is no file of 32 to 65536 octets");
        }
        Path missing = directory.resolve("missing");
        assertThatThrownBy(() -> MasterKey.read(missing))
                .isExactlyInstanceOf(KeyFileException.class)
                .hasMessage("master key " + missing + " is missing");
    }

    private Path file(int octets, String permissions) throws Exception {
        Path file = directory.resolve("master" + octets + permissions);
        byte[] content = new byte[octets];
        Arrays.fill(content, (byte) 7);
        Files.write(file, content);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }
}
