package org.postseal.gateway.cli.journal;

import java.util.Locale;
import org.postseal.gateway.journal.JournalState;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A state of the journal by its word. */
final class StateConverter implements ITypeConverter<JournalState> {
    @Override
    public JournalState convert(String text) {
        try {
            return JournalState.valueOf(text.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException unknown) {
            throw new TypeConversionException("must be prepared, accepted or refused, not '" + text + "'");
        }
    }
}
