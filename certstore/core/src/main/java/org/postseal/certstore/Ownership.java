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
     * Gives a file or directory of root to the owner and the group of another one. It leaves what does not belong to
     * root as it is. If a symbolic link is in the place of the file, the link is not followed, because the owner of the
     * directory could have put it there.
     *
     * @param like the file or directory whose owner and group count
     * @param made the file or directory to give away
     */
    public static void giveAsOf(Path like, Path made) throws IOException {
        PosixFileAttributes theirs = Files.readAttributes(like, PosixFileAttributes.class);
        giveAsOf(theirs, Files.getFileAttributeView(made, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS));
    }

    /**
     * Gives a file or directory of root to the owner and the group that {@code theirs} names. The caller has opened it
     * already, or looks at it without following links.
     *
     * @param theirs the attributes whose owner and group count
     * @param made the file or directory to give away
     */
    public static void giveAsOf(PosixFileAttributes theirs, PosixFileAttributeView made) throws IOException {
        if (made.readAttributes().owner().getName().equals("root")) {
            made.setGroup(theirs.group());
            made.setOwner(theirs.owner());
        }
    }
}
