package org.postseal.policy.deciding;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.postseal.certstore.MailAddress;
import org.postseal.policy.facts.DirectoryFacts;
import org.postseal.policy.facts.DirectoryFacts.Fact;
import org.postseal.policy.protection.KeyKind;
import org.postseal.policy.settings.FurtherReaders;
import org.postseal.policy.settings.Settings;

/** The further readers of one recipient's copy, and the algorithms that all of its readers read. Used once. */
final class ReaderSearch {
    private final Settings settings;
    private final DirectoryFacts directory;
    private final Map<MailAddress, Fact.Available> keys = new LinkedHashMap<>();
    private final List<MailAddress> readers = new ArrayList<>();

    ReaderSearch(MailAddress recipient, Fact.Available key, Settings settings, DirectoryFacts directory) {
        this.settings = settings;
        this.directory = directory;
        keys.put(recipient, key);
    }

    /** What comes of it. */
    sealed interface Result {
        /**
         * All who must read it can.
         *
         * @param choice with the readers among its settings
         * @param unread why the sender does not read it, where that is asked for
         */
        record Found(AlgorithmChoice.Agreed choice, Optional<String> unread) implements Result {}

        /** One of those who are named cannot. */
        record Missing(String why) implements Result {}

        /** Nobody could say: temporary. */
        record LookupFailed(String why) implements Result {}
    }

    /** @param sender the From address, where it is one of ours and has come from us */
    Result find(FurtherReaders wanted, Optional<MailAddress> sender) {
        for (MailAddress reader : wanted.named()) {
            switch (ask(reader)) {
                case Answer.Usable _ -> readers.add(reader);
                case Answer.NotUsable(String why) -> {
                    return new Result.Missing(why);
                }
                case Answer.Unknown(String why) -> {
                    return new Result.LookupFailed(why);
                }
            }
        }
        return switch (AlgorithmChoice.of(settings, List.copyOf(keys.values()))) {
            case AlgorithmChoice.NotAgreed(String why) -> new Result.Missing(why);
            case AlgorithmChoice.Agreed choice when wanted.sender() -> withSender(choice, sender);
            case AlgorithmChoice.Agreed choice -> found(choice, Optional.empty());
        };
    }

    // Nobody else's mail waits for his certificate: he has his own copy of what he wrote.
    private Result withSender(AlgorithmChoice.Agreed without, Optional<MailAddress> sender) {
        if (sender.isEmpty()) {
            return found(without, Optional.of("From is not exactly one address of ours"));
        }
        boolean isKnown = keys.containsKey(sender.get());
        return switch (ask(sender.get())) {
            case Answer.Unknown(String why) -> new Result.LookupFailed(why);
            case Answer.NotUsable(String why) -> found(without, Optional.of(why));
            case Answer.Usable _
            when !isKnown && isAloneByMlKem(sender.get()) -> found(without, Optional.of(ONLY_ML_KEM));
            case Answer.Usable _ ->
                switch (AlgorithmChoice.of(settings, List.copyOf(keys.values()))) {
                    case AlgorithmChoice.NotAgreed(String why) -> found(without, Optional.of(why));
                    case AlgorithmChoice.Agreed with -> {
                        readers.add(sender.get());
                        yield found(with, Optional.empty());
                    }
                };
        };
    }

    private Result found(AlgorithmChoice.Agreed choice, Optional<String> unread) {
        return new Result.Found(
                new AlgorithmChoice.Agreed(choice.settings().readBy(FurtherReaders.sorted(readers)), choice.why()),
                unread);
    }

    // NSS opens nothing that has a KEMRecipientInfo (RFC 9629), by no other key either
    private boolean isAloneByMlKem(MailAddress reader) {
        return keys.entrySet().stream()
                .allMatch(each ->
                        each.getKey().equals(reader) == (each.getValue().key().kind() == KeyKind.ML_KEM));
    }

    // The recipient, and who is named already, is not asked for again: the same certificate counts once.
    private Answer ask(MailAddress reader) {
        if (keys.containsKey(reader)) {
            return new Answer.Usable();
        }
        return switch (directory.readerCertificate(reader)) {
            case Fact.Available found -> {
                Optional<String> whyNot = KeyRules.whyNot(settings, found.key());
                if (whyNot.isPresent()) {
                    yield new Answer.NotUsable(of(reader) + whyNot.get());
                }
                keys.put(reader, found);
                yield new Answer.Usable();
            }
            case Fact.NotUsable(var status) -> new Answer.NotUsable(of(reader) + status.text());
            case Fact.LookupFailed(String why) -> new Answer.Unknown(of(reader) + why);
        };
    }

    private static String of(MailAddress reader) {
        return "certificate of " + reader + ", a reader by encryptFor: ";
    }

    private static final String ONLY_ML_KEM =
            "his certificate is for ML-KEM, and what the recipient reads with might then open nothing";

    private sealed interface Answer {
        record Usable() implements Answer {}

        record NotUsable(String why) implements Answer {}

        record Unknown(String why) implements Answer {}
    }
}
