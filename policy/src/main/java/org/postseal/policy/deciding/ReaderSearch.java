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

/** Finds the further readers of one recipient's copy, and the algorithms that all of its readers read. Used once. */
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

    sealed interface Result {
        /**
         * Everybody who must read the copy can.
         *
         * @param choice with the readers among its settings
         * @param unread why the sender cannot read it, if the sender should
         */
        record Found(AlgorithmChoice.Agreed choice, Optional<String> unread) implements Result {}

        /** A reader that encryptFor names cannot read the copy. */
        record Missing(String why) implements Result {}

        /** The answer is not known now: a temporary failure. */
        record LookupFailed(String why) implements Result {}
    }

    /**
     * Finds the readers.
     *
     * @param sender the From address, if it is internal and the message came from us
     */
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

    // No recipient's mail waits for the sender's certificate, because the sender has their own copy of what they wrote.
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

    // NSS opens no message that has a KEMRecipientInfo (RFC 9629), not even by another key.
    private boolean isAloneByMlKem(MailAddress reader) {
        return keys.entrySet().stream()
                .allMatch(each ->
                        each.getKey().equals(reader) == (each.getValue().key().kind() == KeyKind.ML_KEM));
    }

    // Nobody is asked about twice, neither the recipient nor a reader already found: the same certificate counts once.
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
            "their certificate is for ML-KEM, and the recipient's mail program might then open nothing";

    private sealed interface Answer {
        record Usable() implements Answer {}

        record NotUsable(String why) implements Answer {}

        record Unknown(String why) implements Answer {}
    }
}
