package org.postseal.gateway.cli.journal;

import java.util.Locale;
import java.util.Optional;
import org.postseal.gateway.journal.JournalState;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Which rows are wanted, by a word: a state of the journal, or in-doubt, which is none of its own. */
final class StateConverter implements ITypeConverter<StateConverter.Wanted> {
    /** @param state empty for in-doubt */
    record Wanted(Optional<JournalState> state) {
        boolean isInDoubt() {
            return state.isEmpty();
        }
    }

    @Override
    public Wanted convert(String text) {
        if (text.equalsIgnoreCase("in-doubt")) {
            return new Wanted(Optional.empty());
        }
        try {
            return new Wanted(Optional.of(JournalState.valueOf(text.toUpperCase(Locale.ROOT))));
        } catch (IllegalArgumentException unknown) {
            throw new TypeConversionException("must be prepared, accepted, refused or in-doubt, not '" + text + "'");
        }
    }
}
