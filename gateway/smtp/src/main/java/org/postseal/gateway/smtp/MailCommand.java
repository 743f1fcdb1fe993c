package org.postseal.gateway.smtp;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.postseal.certstore.MailAddress;
import org.postseal.gateway.mail.MailParameters;
import org.postseal.gateway.mail.MailParameters.Body;
import org.postseal.gateway.mail.MailParameters.Ret;
import org.postseal.gateway.mail.ReversePath;
import org.postseal.policy.outcome.Reason;

/**
 * Holds a well-formed MAIL command.
 *
 * @param parameters all of them; a parameter that we do not announce is refused, not dropped
 */
public record MailCommand(ReversePath reversePath, MailParameters parameters) {
    /**
     * Parses and judges the argument.
     *
     * @param isExtended whether EHLO or LHLO was given, so that parameters are allowed
     * @param messageOctets the limit for SIZE; 0 is no limit
     */
    public static Parsed<MailCommand> parse(String argument, boolean isExtended, long messageOctets) {
        return parse(argument, isExtended, messageOctets, false);
    }

    /**
     * Parses and judges the argument as the method above does.
     *
     * @param mayNameAuthor whether the AUTH parameter may come (RFC 4954 §5)
     */
    public static Parsed<MailCommand> parse(
            String argument, boolean isExtended, long messageOctets, boolean mayNameAuthor) {
        return switch (EsmtpArguments.parse("FROM:", argument)) {
            case Parsed.Refused<EsmtpArguments>(Reply reply) -> new Parsed.Refused<>(reply);
            case Parsed.Accepted<EsmtpArguments>(EsmtpArguments arguments) ->
                !isExtended && !arguments.parameters().isEmpty()
                        ? EsmtpArguments.unknownParameter()
                        : judge(arguments, messageOctets, mayNameAuthor);
        };
    }

    private static Parsed<MailCommand> judge(EsmtpArguments arguments, long messageOctets, boolean mayNameAuthor) {
        MailParameters parameters = MailParameters.NONE;
        for (Map.Entry<String, Optional<String>> parameter :
                arguments.parameters().entrySet()) {
            if (mayNameAuthor && parameter.getKey().equals("AUTH")) {
                // RFC 4954 §5: a server that does not believe its peer treats the value like an empty path, and does
                // not pass it on.
                if (parameter
                        .getValue()
                        .filter(value ->
                                value.equals("<>") || Xtext.decode(value).isPresent())
                        .isEmpty()) {
                    return EsmtpArguments.refused("5.5.4", "Bad AUTH");
                }
                continue;
            }
            switch (apply(parameters, parameter.getKey(), parameter.getValue())) {
                case Parsed.Refused<MailParameters>(Reply reply) -> {
                    return new Parsed.Refused<>(reply);
                }
                case Parsed.Accepted<MailParameters>(MailParameters next) -> parameters = next;
            }
        }
        // RFC 1870 §6.1: the size is judged wherever SIZE stands.
        if (messageOctets > 0 && parameters.size().orElse(0) > messageOctets) {
            return new Parsed.Refused<>(Reply.of(Reason.MESSAGE_TOO_BIG));
        }
        if (arguments.mailbox().isEmpty()) {
            return new Parsed.Accepted<>(new MailCommand(new ReversePath.NullPath(), parameters));
        }
        return switch (arguments.address(parameters.smtpUtf8(), "5.1.7")) {
            case Parsed.Refused<MailAddress>(Reply reply) -> new Parsed.Refused<>(reply);
            case Parsed.Accepted<MailAddress>(MailAddress address) ->
                new Parsed.Accepted<>(new MailCommand(new ReversePath.Mailbox(address), parameters));
        };
    }

    // REQUIRETLS is among the unknown parameters: to accept it would be a promise (RFC 8689 §4.2.1).
    private static Parsed<MailParameters> apply(MailParameters before, String keyword, Optional<String> value) {
        return switch (keyword) {
            case "SIZE" ->
                value.filter(v -> v.matches("[0-9]{1,20}"))
                        .map(v -> accepted(OptionalLong.of(saturated(v)), before.body(), before.smtpUtf8(), before))
                        .orElseGet(() -> EsmtpArguments.refused("5.5.4", "Bad SIZE"));
            case "BODY" ->
                value.flatMap(MailCommand::body)
                        .map(body -> accepted(before.size(), body, before.smtpUtf8(), before))
                        .orElseGet(() -> EsmtpArguments.refused("5.5.4", "Bad BODY"));
            case "SMTPUTF8" ->
                value.isEmpty()
                        ? accepted(before.size(), before.body(), true, before)
                        : EsmtpArguments.refused("5.5.4", "SMTPUTF8 takes no value");
            case "RET" ->
                value.flatMap(MailCommand::ret)
                        .<Parsed<MailParameters>>map(ret -> new Parsed.Accepted<>(before.withRet(ret)))
                        .orElseGet(() -> EsmtpArguments.refused("5.5.4", "Bad RET"));
            case "ENVID" ->
                value.filter(v -> v.length() <= 100 && Xtext.isPrintable(v))
                        .<Parsed<MailParameters>>map(v -> new Parsed.Accepted<>(new MailParameters(
                                before.size(), before.body(), before.smtpUtf8(), before.ret(), Optional.of(v))))
                        .orElseGet(() -> EsmtpArguments.refused("5.5.4", "Bad ENVID"));
            default -> EsmtpArguments.unknownParameter();
        };
    }

    private static Parsed<MailParameters> accepted(
            OptionalLong size, Body body, boolean smtpUtf8, MailParameters before) {
        return new Parsed.Accepted<>(new MailParameters(size, body, smtpUtf8, before.ret(), before.envelopeId()));
    }

    // RFC 1870 §4 allows twenty digits, which is more than a long holds. All of those are too big anyway.
    private static long saturated(String digits) {
        String significant = digits.replaceFirst("^0+(?=.)", "");
        return significant.length() > 18 ? Long.MAX_VALUE : Long.parseLong(significant);
    }

    private static Optional<Body> body(String value) {
        return switch (value.toUpperCase(Locale.ROOT)) {
            case "7BIT" -> Optional.of(Body.SEVEN_BIT);
            case "8BITMIME" -> Optional.of(Body.EIGHT_BIT_MIME);
            default -> Optional.empty();
        };
    }

    private static Optional<Ret> ret(String value) {
        return switch (value.toUpperCase(Locale.ROOT)) {
            case "FULL" -> Optional.of(Ret.FULL);
            case "HDRS" -> Optional.of(Ret.HDRS);
            default -> Optional.empty();
        };
    }
}
