package org.postseal.gateway.cli.ca;

import java.util.List;
import java.util.Optional;
import org.postseal.certstore.ca.Profile;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * What a user gets: one certificate, or two.
 *
 * @param profiles a certificate for each
 */
record ProfileWord(List<Profile> profiles) {
    static final String WORDS = "dual, split, sign, encrypt";
    static final ProfileWord DUAL = new ProfileWord(List.of(Profile.DUAL));

    static Optional<ProfileWord> parse(String text) {
        return switch (text) {
            case "dual" -> Optional.of(DUAL);
            case "split" -> Optional.of(new ProfileWord(List.of(Profile.SIGN, Profile.ENCRYPT)));
            case "sign" -> Optional.of(new ProfileWord(List.of(Profile.SIGN)));
            case "encrypt" -> Optional.of(new ProfileWord(List.of(Profile.ENCRYPT)));
            default -> Optional.empty();
        };
    }

    /** Reads one. */
    static final class Converter implements ITypeConverter<ProfileWord> {
        @Override
        public ProfileWord convert(String text) {
            return parse(text)
                    .orElseThrow(() -> new TypeConversionException("must be one of " + WORDS + ", not '" + text + "'"));
        }
    }
}
