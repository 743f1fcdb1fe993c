package org.postseal.gateway.admin.cli.postfix;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.postseal.gateway.admin.cli.support.FileWork;

/**
 * Plans how the files of a Postfix become those of docs/howto-postfix.md. It does so on copies: they get what the page
 * needs in any case, and then every correction of {@link PostfixCheck}, until none is left.
 *
 * @param edits the changes in their order; none if nothing has to be changed
 * @param left what no change corrects
 */
public record PostfixPlan(List<PostfixEdit> edits, List<Unsafe> left) {
    /** These files of a Postfix are changed. */
    static final List<String> FILES = List.of("main.cf", "master.cf");

    /**
     * Finds out the changes.
     *
     * @param from the folder with the files as they are
     * @param copy an empty folder, which has the files as they shall be afterwards
     */
    public static PostfixPlan of(Postconf postconf, Path from, Path copy, PostfixWish wish) {
        FileWork.change("the files of Postfix cannot be copied", () -> {
            for (String name : FILES) {
                Files.copy(from.resolve(name), copy.resolve(name), StandardCopyOption.REPLACE_EXISTING);
            }
        });
        Postconf there = postconf.in(copy);
        PostfixSettings settings = there.read();
        List<Unsafe> conflicts = PostfixConflicts.in(settings, wish);
        if (!conflicts.isEmpty()) {
            return new PostfixPlan(List.of(), conflicts);
        }
        List<PostfixEdit> edits = new ArrayList<>(new PostfixBlocks(settings, wish).edits());
        there.change(edits);
        for (int round = 0; ; round++) {
            List<Unsafe> found = PostfixCheck.of(there, wish.places(), wish.internal());
            List<PostfixEdit> corrections = found.stream()
                    .flatMap(each -> each.corrections().stream())
                    .distinct()
                    .toList();
            if (corrections.isEmpty() || round == ROUNDS) {
                return new PostfixPlan(edits, found);
            }
            there.change(corrections);
            edits.addAll(corrections);
        }
    }

    /** Returns true if the changes leave a safe Postfix. */
    public boolean isSafe() {
        return left.stream().noneMatch(Unsafe::isError);
    }

    /** A correction may bring up another finding, but this goes no further than a few times. */
    private static final int ROUNDS = 5;
}
