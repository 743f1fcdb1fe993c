package org.postseal.certstore;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;

/** Sets the owner of files that a command run by root creates and that the service must be able to use. */
public final class Ownership {
    private Ownership() {}

    /**
     * Gives a file or directory that root owns to the owner and group of {@code like}. A file or directory that
     * somebody else owns stays as it is. A symbolic link at {@code made} is not followed, because the owner of the
     * directory around it could have put it there.
     *
     * @param like the file or directory whose owner and group are taken
     * @param made the file or directory to give away
     */
    public static void giveAsOf(Path like, Path made) throws IOException {
        PosixFileAttributes theirs = Files.readAttributes(like, PosixFileAttributes.class);
        giveAsOf(theirs, Files.getFileAttributeView(made, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS));
    }

    /**
     * Gives a file or directory that root owns to the owner and group in {@code theirs}. The view {@code made} must
     * belong to an open file, or must not follow links.
     *
     * @param theirs the attributes from which owner and group are taken
     * @param made the file or directory to give away
     */
    public static void giveAsOf(PosixFileAttributes theirs, PosixFileAttributeView made) throws IOException {
        if (made.readAttributes().owner().getName().equals("root")) {
            made.setGroup(theirs.group());
            made.setOwner(theirs.owner());
        }
    }
}
