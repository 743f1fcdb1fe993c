package org.postseal.gateway.app.timestamp;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Says that a symbolic link stands in place of the folder with stamps, or of one of its files. An attacker who has
 * taken over the service may write beside the log, and could use such a link to make root read or write another file.
 */
public final class LinkException extends IOException {
    private static final long serialVersionUID = 1;

    LinkException(Path link) {
        super(link + " is a symbolic link, and none is followed there");
    }

    /** Says what the administrator can do about it. */
    public static String hint() {
        return "look who has put it there, and remove it; stamps that are to lie on another disk need it mounted there";
    }
}
