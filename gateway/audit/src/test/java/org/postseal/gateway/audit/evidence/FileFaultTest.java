package org.postseal.gateway.audit.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FileFaultTest {
    @TempDir
    private Path folder;

    @Test
    void whereRightsAreMissingItIsSaidWhoseItIs() throws IOException {
        Path file = Files.writeString(folder.resolve("a.yaml"), "x");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        String whose = "permission denied: it belongs to "
                + Files.getOwner(file).getName() + ":" + Files.getAttribute(file, "posix:group") + ", mode rw-r-----";
        assertThat(FileFault.words(file, new AccessDeniedException("a"))).isEqualTo(whose);
        // Only the owner of a file may set its time.
        assertThat(FileFault.words(file, new FileSystemException("a", null, "Operation not permitted")))
                .isEqualTo(whose);
        assertThat(FileFault.words(folder.resolve("none"), new AccessDeniedException("a")))
                .isEqualTo("permission denied");
    }

    @Test
    void elseWhatTheSystemSays() throws IOException {
        Path file = Files.createDirectory(folder.resolve("ab".repeat(32) + ".yaml"));
        assertThat(FileFault.words(file, new FileSystemException("a", null, "No space left on device")))
                .isEqualTo("No space left on device");
        assertThat(FileFault.words(file, new IOException("Is a directory"))).isEqualTo("Is a directory");
        assertThat(KeptPolicy.read(folder, "ab".repeat(32))).isEqualTo(new KeptPolicy.Unreadable("is no regular file"));
    }
}
