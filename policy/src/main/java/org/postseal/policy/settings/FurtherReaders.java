package org.postseal.policy.settings;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.postseal.certstore.MailAddress;
import org.postseal.policy.schema.Schema;
import org.postseal.policy.yaml.YamlValue;

/**
 * People who can read mail that is encrypted for others ({@code encryptFor}). Immutable.
 *
 * @param sender whether the From address can read it, if it has a certificate
 * @param named addresses that must be able to read it; without duplicates, in the order of their keys
 */
public record FurtherReaders(boolean sender, List<MailAddress> named) {
    static final FurtherReaders NONE = new FurtherReaders(false, List.of());

    public FurtherReaders {
        named = sorted(named);
    }

    /** Sorts readers in one order, whoever names them: two copies for the same people are the same copy. */
    public static List<MailAddress> sorted(List<MailAddress> readers) {
        return readers.stream()
                .distinct()
                .sorted(Comparator.comparing(MailAddress::key))
                .toList();
    }

    public boolean isEmpty() {
        return !sender && named.isEmpty();
    }

    FurtherReaders with(FurtherReaders other) {
        return new FurtherReaders(
                sender || other.sender,
                Stream.concat(named.stream(), other.named.stream()).toList());
    }

    /** Returns the readers as the policy writes them. */
    String text() {
        List<String> items = new ArrayList<>(sender ? List.of(SENDER) : List.of());
        named.forEach(address -> items.add(address.toString()));
        return items.toString();
    }

    /** Reads one reader or a list; an empty list takes away what a level above says. */
    static Optional<FurtherReaders> read(YamlValue value) {
        if (value.isList() && value.list().isEmpty()) {
            return Optional.of(NONE);
        }
        FurtherReaders readers = NONE;
        boolean isWhole = true;
        for (YamlValue item : value.oneOrMore()) {
            Optional<FurtherReaders> one = item.parsed(WHAT, FurtherReaders::parse);
            isWhole &= one.isPresent();
            readers = one.map(readers::with).orElse(readers);
        }
        return isWhole && !readers.isEmpty() ? Optional.of(readers) : Optional.empty();
    }

    private static Optional<FurtherReaders> parse(String text) {
        return text.equals(SENDER)
                ? Optional.of(new FurtherReaders(true, List.of()))
                : MailAddress.parse(text).map(address -> new FurtherReaders(false, List.of(address)));
    }

    static Schema schema() {
        Schema reader = Schema.anyOf(Schema.constant(SENDER), Schema.address());
        return Schema.anyOf(Schema.oneOrMore(reader), Schema.constant(List.of()));
    }

    private static final String SENDER = "sender";
    private static final String WHAT = "sender or a mail address";
}
