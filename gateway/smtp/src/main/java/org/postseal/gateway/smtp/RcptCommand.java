package org.postseal.gateway.smtp;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.postseal.certstore.Domain;
import org.postseal.certstore.MailAddress;
import org.postseal.gateway.mail.Recipient;

/** Parses the RCPT command (RFC 5321 §4.1.1.3, RFC 3461 §4.1, §4.2). */
public final class RcptCommand {
    private RcptCommand() {}

    /**
     * Parses and judges the argument.
     *
     * @param isExtended whether EHLO or LHLO was given, so that parameters are allowed
     * @param smtpUtf8 whether MAIL had SMTPUTF8
     * @param hostName completes {@code <Postmaster>}, which every server must take without a domain
     */
    public static Parsed<Recipient> parse(String argument, boolean isExtended, boolean smtpUtf8, String hostName) {
        return switch (EsmtpArguments.parse("TO:", argument)) {
            case Parsed.Refused<EsmtpArguments>(Reply reply) -> new Parsed.Refused<>(reply);
            case Parsed.Accepted<EsmtpArguments>(EsmtpArguments arguments) ->
                !isExtended && !arguments.parameters().isEmpty()
                        ? EsmtpArguments.unknownParameter()
                        : judge(arguments, smtpUtf8, hostName);
        };
    }

    private static Parsed<Recipient> judge(EsmtpArguments arguments, boolean smtpUtf8, String hostName) {
        Optional<String> notifyWhen = Optional.empty();
        Optional<String> originalRecipient = Optional.empty();
        for (Map.Entry<String, Optional<String>> parameter :
                arguments.parameters().entrySet()) {
            String value = parameter.getValue().orElse("");
            switch (parameter.getKey()) {
                case "NOTIFY" -> {
                    if (!isNotify(value)) {
                        return EsmtpArguments.refused("5.5.4", "Bad NOTIFY");
                    }
                    notifyWhen = Optional.of(value.toUpperCase(Locale.ROOT));
                }
                case "ORCPT" -> {
                    if (!isOriginalRecipient(value, smtpUtf8)) {
                        return EsmtpArguments.refused("5.5.4", "Bad ORCPT");
                    }
                    originalRecipient = Optional.of(value);
                }
                default -> {
                    return EsmtpArguments.unknownParameter();
                }
            }
        }
        boolean isPostmaster = arguments.mailbox().toLowerCase(Locale.ROOT).equals("postmaster");
        Optional<Domain> host = isPostmaster ? Domain.parse(hostName) : Optional.empty();
        if (host.isPresent()) {
            MailAddress postmaster = new MailAddress(arguments.mailbox(), host.get());
            return new Parsed.Accepted<>(new Recipient(postmaster, notifyWhen, originalRecipient));
        }
        return switch (arguments.address(smtpUtf8, "5.1.3")) {
            case Parsed.Refused<MailAddress>(Reply reply) -> new Parsed.Refused<>(reply);
            case Parsed.Accepted<MailAddress>(MailAddress address) ->
                new Parsed.Accepted<>(new Recipient(address, notifyWhen, originalRecipient));
        };
    }

    private static boolean isNotify(String value) {
        List<String> words = Arrays.asList(value.toUpperCase(Locale.ROOT).split(",", -1));
        boolean isList = Set.of("SUCCESS", "FAILURE", "DELAY").containsAll(words);
        return words.equals(List.of("NEVER")) || (isList && Set.copyOf(words).size() == words.size());
    }

    // RFC 3461 §4.2: the value is "type;xtext" of at most 500 characters. RFC 6533 §3: the type utf-8 also brings
    // \x{...} and, with SMTPUTF8, plain UTF-8. Postfix 3.10 puts an internationalised address into xtext, octet by
    // octet; refusing that would bounce the mail.
    private static boolean isOriginalRecipient(String value, boolean smtpUtf8) {
        int semicolon = value.indexOf(';');
        if (semicolon < 1 || semicolon == value.length() - 1 || value.length() > 500) {
            return false;
        }
        String type = value.substring(0, semicolon);
        String address = value.substring(semicolon + 1);
        if (!ADDRESS_TYPE.matcher(type).matches()) {
            return false;
        }
        boolean isUtf8 = type.toLowerCase(Locale.ROOT).equals("utf-8");
        if (smtpUtf8 && isUtf8 && !address.chars().allMatch(c -> c < 128)) {
            return UNITEXT.matcher(address).matches();
        }
        return Xtext.isText(address);
    }

    private static final Pattern ADDRESS_TYPE = Pattern.compile("[A-Za-z0-9-]+");
    private static final Pattern UNITEXT =
            Pattern.compile("(?:[!-*,-<>-\\[\\]-~]|\\\\x\\{[0-9A-F]{2,6}}|[\\x{A1}-\\x{10FFFF}&&[^\\p{C}\\p{Z}]])+");
}
