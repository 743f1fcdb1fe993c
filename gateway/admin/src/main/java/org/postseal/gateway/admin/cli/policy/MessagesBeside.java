package org.postseal.gateway.admin.cli.policy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.postseal.certstore.provider.CryptoProviders;
import org.postseal.gateway.admin.cli.offline.FilterInput;
import org.postseal.gateway.config.GatewayConfig;
import org.postseal.gateway.mail.Parsed;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.Spool;
import org.postseal.gateway.road.pipeline.MessageFacts;
import org.postseal.policy.cases.MessageFiles;
import org.postseal.policy.outcome.Reason;

/** Reads message files, named relative to a case file, with the default limits. */
final class MessagesBeside implements MessageFiles {
    private final Path cases;
    private final Consumer<Path> asked;

    /** @param asked is given each file before it is read */
    MessagesBeside(Path cases, Consumer<Path> asked) {
        this.cases = cases;
        this.asked = asked;
    }

    @Override
    public Reading read(String name) {
        try {
            Path file = cases.resolveSibling(name);
            asked.accept(file);
            return read(file);
        } catch (InvalidPathException e) {
            return new Reading.Unreadable("is no name of a file");
        }
    }

    /** Reads a message file on its own. */
    static Reading read(Path file) {
        try (InputStream input = Files.newInputStream(file)) {
            return read(input);
        } catch (NoSuchFileException e) {
            return new Reading.Unreadable("there is no file " + file);
        } catch (IOException e) {
            return new Reading.Unreadable(file + " cannot be read: " + e.getMessage());
        }
    }

    static Reading read(InputStream input) throws IOException {
        CryptoProviders.install();
        try (Spool.Scope scope = new Spool.Factory().open()) {
            return switch (FilterInput.read(input, GatewayConfig.Limits.DEFAULT.message(), scope)) {
                case FilterInput.Refused(Reason reason) -> new Reading.Refused(reason, reason.auditText());
                case FilterInput.Taken(RawMessage message, boolean _) ->
                    switch (MessageFacts.read(message, scope)) {
                        case Parsed.Refused<OfRecipient>(Reason reason, String detail) ->
                            new Reading.Refused(reason, detail);
                        case Parsed.Success<OfRecipient>(OfRecipient facts) -> new Reading.Read(facts);
                    };
            };
        }
    }
}
