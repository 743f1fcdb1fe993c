package org.postseal.gateway.admin.cli.postfix;

import java.util.List;

/**
 * One thing in a Postfix configuration that breaks or weakens what the gateway promises.
 *
 * @param isError whether mail passes unseen or is damaged; otherwise the setting is only worse than it could be
 * @param what what is wrong, and what it leads to
 * @param hint the command that fixes it, or what to do
 * @param corrections what that command changes; empty if no command fixes it
 */
public record Unsafe(boolean isError, String what, String hint, List<PostfixEdit> corrections) {
    Unsafe(boolean isError, String what, String hint) {
        this(isError, what, hint, List.of());
    }
}
