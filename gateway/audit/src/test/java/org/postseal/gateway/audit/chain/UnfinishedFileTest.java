package org.postseal.gateway.audit.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The owner of a folder can replace a file that root has just made there by a link to another file. */
final class UnfinishedFileTest {
    @Test
    void aLinkThatWasPutIntoItsPlaceIsNotFollowed(@TempDir Path folder) throws IOException {
        Path theirs = Files.writeString(folder.resolve("shadow"), "secret");
        Files.setPosixFilePermissions(theirs, PosixFilePermissions.fromString("rw-------"));
        Path link = Files.createSymbolicLink(folder.resolve("a.index.new"), theirs);
        Path index = folder.resolve("a.index");
        List<ThrowingCallable> deeds = List.of(
                () -> UnfinishedFile.mode(link, UnfinishedFile.MODE),
                () -> UnfinishedFile.fill(link, List.of(new byte[] {1})),
                () -> UnfinishedFile.finish(link, index));
        for (ThrowingCallable deed : deeds) {
            assertThatThrownBy(deed).isInstanceOf(IOException.class).hasMessageContaining("symbolic link");
        }
        assertThat(theirs).hasContent("secret");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(theirs)))
                .isEqualTo("rw-------");
        assertThat(index).doesNotExist();
    }
}
