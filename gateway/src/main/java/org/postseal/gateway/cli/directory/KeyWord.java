package org.postseal.gateway.cli.directory;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.postseal.certstore.key.KeyAlgorithm;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Kinds of key as the command line names them: those that the Baseline Requirements allow. */
public final class KeyWord implements ITypeConverter<KeyAlgorithm> {
    /** All of them. */
    public static final String WORDS = "rsa2048, rsa3072, rsa4096, p256, p384, p521, ed25519, ed448";

    /** The kind of this name. */
    public static Optional<KeyAlgorithm> parse(String text) {
        return Stream.of(WORDS.split(", ", -1))
                .filter(text::equals)
                .findFirst()
                .map(word -> KeyAlgorithm.valueOf(word.toUpperCase(Locale.ROOT)));
    }

    @Override
    public KeyAlgorithm convert(String text) {
        return parse(text)
                .orElseThrow(() -> new TypeConversionException("must be one of " + WORDS + ", not '" + text + "'"));
    }
}
