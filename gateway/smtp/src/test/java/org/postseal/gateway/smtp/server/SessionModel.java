package org.postseal.gateway.smtp.server;

import java.util.ArrayList;
import java.util.List;

/**
 * Says what a session must answer. It is written from RFC 5321, RFC 2033 and the limits of {@link SessionLimits}, and
 * not from the code: a few facts and a table. It is told the meaning of each command, so that it parses nothing. Not
 * thread-safe.
 */
final class SessionModel {
    static final int ERRORS = 6;
    static final int IDLE_COMMANDS = 8;
    static final int RECIPIENTS = 3;
    static final int MESSAGE_OCTETS = 1024;

    private final boolean isLmtp;
    private final boolean isTrusted;
    private final List<String> replies = new ArrayList<>(List.of("220"));
    private final List<String> messages = new ArrayList<>();
    private boolean isGreeted;
    private boolean isExtended;
    private boolean hasSender;
    private boolean isXforwardRefused;
    private final List<String> recipients = new ArrayList<>();
    private int putOff;
    private int errors;
    private int idle;
    private boolean isOver;

    SessionModel(boolean isLmtp, boolean isTrusted) {
        this.isLmtp = isLmtp;
        this.isTrusted = isTrusted;
    }

    enum Meaning {
        EHLO,
        HELO,
        LHLO,
        GREETING_WITHOUT_NAME,
        MAIL,
        MAIL_WITH_SIZE,
        MAIL_TOO_BIG,
        MAIL_MALFORMED,
        MAIL_UNKNOWN_PARAMETER,
        RCPT,
        RCPT_LATER,
        RCPT_NEVER,
        RCPT_MALFORMED,
        RCPT_WITH_NOTIFY,
        DATA,
        RSET,
        NOOP,
        VRFY,
        HELP,
        QUIT,
        XFORWARD,
        XFORWARD_MALFORMED,
        STARTTLS_NOT_OFFERED,
        /** An unknown command, or an empty line. */
        UNKNOWN,
        /** DATA, RSET or QUIT with an argument, or VRFY without one. */
        WRONG_ARGUMENT,
        TOO_LONG,
        /** Octets that are not UTF-8, or controls. */
        UNREADABLE,
        /** A bare CR or LF, which ends no line. Where the next command begins is not known. */
        BARE_LINE_END,
        /** A command with octets after it that must not be taken for commands. */
        BDAT
    }

    enum Content {
        GOOD,
        BARE_LINE_FEED,
        TOO_BIG
    }

    /** Returns true if nothing more is answered. */
    boolean isOver() {
        return isOver;
    }

    /**
     * Returns the code and enhanced status of each reply so far, the greeting first; only the code if there is no
     * status.
     */
    List<String> replies() {
        return replies;
    }

    /** Returns the recipients of each message that was passed on. */
    List<String> messages() {
        return messages;
    }

    /** Takes the next command. Returns true if it was DATA and content must follow. */
    boolean command(Meaning meaning) {
        boolean isData = false;
        switch (meaning) {
            case EHLO -> greet(!isLmtp, true);
            case HELO -> greet(!isLmtp, false);
            case LHLO -> greet(isLmtp, true);
            case GREETING_WITHOUT_NAME -> say("501");
            case MAIL, MAIL_WITH_SIZE, MAIL_TOO_BIG, MAIL_MALFORMED, MAIL_UNKNOWN_PARAMETER -> mail(meaning);
            case RCPT -> rcpt("", "ok");
            case RCPT_LATER -> rcpt("", "later");
            case RCPT_NEVER -> rcpt("", "never");
            case RCPT_WITH_NOTIFY -> rcpt(isExtended ? "" : "555 5.5.4", "ok");
            case RCPT_MALFORMED -> rcpt("501 5.1.3", "");
            case DATA -> isData = data();
            case RSET -> {
                reset();
                idle("250 2.0.0");
            }
            case NOOP -> idle("250 2.0.0");
            case VRFY -> idle("252 2.0.0");
            case HELP -> idle("214 2.0.0");
            case QUIT -> end("221 2.0.0");
            case XFORWARD, XFORWARD_MALFORMED -> xforward(meaning == Meaning.XFORWARD);
            case STARTTLS_NOT_OFFERED -> say("500 5.5.1");
            case UNKNOWN -> noCommand("500 5.5.1");
            case WRONG_ARGUMENT -> say("501 5.5.4");
            case TOO_LONG, UNREADABLE -> noCommand("500 5.5.2");
            case BARE_LINE_END -> end("500 5.5.2");
            case BDAT -> end("500 5.5.1");
        }
        if (!isData) {
            tooMany();
        }
        return isData;
    }

    /** Takes the data after DATA, with its end. */
    void content(Content content) {
        List<String> verdicts = recipients.stream()
                .map(recipient -> switch (content) {
                    case BARE_LINE_FEED -> "550 5.6.11";
                    case TOO_BIG -> "552 5.3.4";
                    case GOOD ->
                        switch (recipient) {
                            case "later" -> "451 4.3.0";
                            case "never" -> "550 5.7.1";
                            default -> "250 2.0.0";
                        };
                })
                .toList();
        if (content == Content.GOOD) {
            messages.add(String.join(" ", recipients));
        }
        List<String> said = isLmtp ? verdicts : List.of(worst(verdicts));
        replies.addAll(said);
        if (said.stream().anyMatch(reply -> reply.startsWith("2"))) {
            errors = 0;
        }
        idle = 0;
        reset();
        tooMany();
    }

    /** A recipient who may still succeed makes the peer try again. A refusal counts more than a success. */
    private static String worst(List<String> verdicts) {
        return verdicts.stream()
                .filter(reply -> reply.startsWith("4"))
                .findFirst()
                .or(() ->
                        verdicts.stream().filter(reply -> reply.startsWith("5")).findFirst())
                .orElse(verdicts.getFirst());
    }

    /** Answers a line that is no command. Before a greeting it is taken for another protocol. */
    private void noCommand(String reply) {
        if (isGreeted) {
            say(reply);
        } else {
            end("421 4.7.0");
        }
    }

    private void greet(boolean isOfThisProtocol, boolean extended) {
        if (!isOfThisProtocol) {
            say("500 5.5.1");
            return;
        }
        reset();
        isGreeted = true;
        isExtended = extended;
        idle("250");
    }

    private void mail(Meaning meaning) {
        if (!isGreeted || hasSender) {
            say("503 5.5.1");
        } else if (isXforwardRefused) {
            idle("451 4.5.0");
        } else if (meaning == Meaning.MAIL_MALFORMED) {
            say("501 5.1.7");
        } else if (meaning == Meaning.MAIL_UNKNOWN_PARAMETER || (meaning != Meaning.MAIL && !isExtended)) {
            say("555 5.5.4");
        } else if (meaning == Meaning.MAIL_TOO_BIG) {
            say("552 5.3.4");
        } else {
            hasSender = true;
            say("250 2.1.0");
        }
    }

    private void rcpt(String refusal, String fate) {
        if (!hasSender) {
            say("503 5.5.1");
        } else if (recipients.size() >= RECIPIENTS) {
            // As many recipients as the limit may be deferred. Each further one counts as an error.
            errors += ++putOff > RECIPIENTS ? 1 : 0;
            say("452 4.5.3");
        } else if (refusal.isEmpty()) {
            recipients.add(fate);
            say("250 2.1.5");
        } else {
            replies.add(refusal);
            // A trusted peer passes on what others wrote.
            errors += isTrusted ? 0 : 1;
        }
    }

    private boolean data() {
        if (recipients.isEmpty()) {
            say("503 5.5.1");
            return false;
        }
        replies.add("354");
        return true;
    }

    private void xforward(boolean isWellFormed) {
        if (!isTrusted) {
            say("550 5.7.0");
        } else if (!isGreeted || hasSender) {
            say("503 5.5.1");
        } else if (isWellFormed) {
            say("250 2.0.0");
        } else {
            isXforwardRefused = true;
            say("501 5.5.4");
        }
    }

    private void reset() {
        hasSender = false;
        isXforwardRefused = false;
        recipients.clear();
        putOff = 0;
    }

    private void idle(String reply) {
        idle++;
        errors += idle > IDLE_COMMANDS ? 1 : 0;
        say(reply);
    }

    private void say(String reply) {
        replies.add(reply);
        errors += reply.startsWith("5") ? 1 : 0;
    }

    private void end(String reply) {
        replies.add(reply);
        isOver = true;
    }

    private void tooMany() {
        if (!isOver && errors >= ERRORS) {
            end("421 4.7.0");
        }
    }
}
