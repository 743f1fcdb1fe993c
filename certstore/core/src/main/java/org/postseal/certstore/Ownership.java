package org.postseal.certstore;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;

/** Whose a file is that a command run by root has made and the service must be able to use. */
public final class Ownership {
    private Ownership() {}

    /**
     * Gives what is root's to the owner and the group of something else; what is not root's stays as it is. A symbolic link in the place of the file is not followed: whoever owns the directory could put one there.
     *
     * @param made file or directory
     * @param like what it is given the owner and group of
     */
    public static void giveAsOf(Path like, Path made) throws IOException {
        PosixFileAttributes theirs = Files.readAttributes(like, PosixFileAttributes.class);
        giveAsOf(theirs, Files.getFileAttributeView(made, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS));
    }

    /**
     * The same of what is open already, or is looked at without following links.
     *
     * @param made file or directory
     * @param theirs what it is given the owner and group of
     */
    public static void giveAsOf(PosixFileAttributes theirs, PosixFileAttributeView made) throws IOException {
        if (made.readAttributes().owner().getName().equals("root")) {
            made.setGroup(theirs.group());
            made.setOwner(theirs.owner());
        }
    }
}
