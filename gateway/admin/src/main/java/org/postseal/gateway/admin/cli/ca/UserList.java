package org.postseal.gateway.admin.cli.ca;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.authority.IssuingAuthority.Order;
import org.postseal.certstore.authority.IssuingAuthority.Subject;
import org.postseal.certstore.issue.Profile;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.Printable;
import org.postseal.gateway.admin.cli.support.Words;

/**
 * Reads users from a CSV file (RFC 4180, UTF-8, no line ends inside fields). The fields are: address, further addresses
 * separated by blanks, profile, kind of key. All but the first may be empty or left out. A first line whose first field
 * is {@code address} is a heading.
 */
final class UserList {
    private UserList() {}

    /** @throws CommandFailure with a message for every line that is wrong */
    static List<Order> read(Path file, ProfileWord profile, KeyAlgorithm algorithm) {
        List<String> problems = new ArrayList<>();
        List<Order> orders = new ArrayList<>();
        Set<MailAddress> seen = new HashSet<>();
        int number = 0;
        for (String line : lines(file)) {
            number++;
            if (line.isBlank()) {
                continue;
            }
            String place = file + ": line " + number + ": ";
            try {
                List<String> fields = fields(line);
                if (number == 1 && fields.getFirst().strip().equalsIgnoreCase("address")) {
                    continue;
                }
                orders.addAll(orders(fields, profile, algorithm));
                MailAddress first = orders.getLast().addresses().getFirst();
                if (!seen.add(first)) {
                    problems.add(place + first + " is there twice");
                }
            } catch (IllegalArgumentException e) {
                problems.add(place + e.getMessage());
            }
        }
        if (!problems.isEmpty()) {
            throw new CommandFailure(
                    ExitCode.REFUSED,
                    problems.stream().map(Printable::line).collect(Collectors.joining("\nerror: "))
                            + "\nerror: nothing issued",
                    "a line is: address, further addresses, profile, kind of key");
        }
        return orders;
    }

    private static List<Order> orders(List<String> fields, ProfileWord usual, KeyAlgorithm usualKey) {
        if (fields.size() > 4) {
            throw new IllegalArgumentException("more than four fields");
        }
        List<MailAddress> addresses = new ArrayList<>();
        addresses.add(address(fields.getFirst().strip()));
        for (String each : field(fields, 1).split(" +", -1)) {
            if (!each.isEmpty()) {
                addresses.add(address(each));
            }
        }
        String profileText = field(fields, 2);
        ProfileWord profile = profileText.isEmpty() ? usual : word(PROFILES, "profile", profileText);
        String keyText = field(fields, 3);
        KeyAlgorithm key = keyText.isEmpty() ? usualKey : word(KeyWord.ALL, "kind of key", keyText);
        List<Order> orders = new ArrayList<>();
        for (Profile each : profile.profiles()) {
            orders.add(new Order(addresses.stream().distinct().toList(), each, new Subject.Fresh(key)));
        }
        return orders;
    }

    private static <T> T word(Words<T> words, String what, String text) {
        return words.find(text).orElseThrow(() -> new IllegalArgumentException(what + " " + words.refusal(text)));
    }

    private static MailAddress address(String text) {
        Optional<MailAddress> address = MailAddress.parse(text);
        return address.orElseThrow(() -> new IllegalArgumentException("'" + text + "' is not a mail address"));
    }

    private static String field(List<String> fields, int index) {
        return index < fields.size() ? fields.get(index).strip() : "";
    }

    private static List<String> fields(String line) {
        List<String> fields = new ArrayList<>();
        Matcher matcher = FIELD.matcher(line);
        int position = 0;
        while (position <= line.length()) {
            if (!matcher.find(position) || matcher.start() != position) {
                throw new IllegalArgumentException("a quote that does not end, or stands in the middle of a field");
            }
            String quoted = matcher.group(1);
            fields.add(quoted == null ? String.valueOf(matcher.group(2)) : quoted.replace("\"\"", "\""));
            position = matcher.end() + 1;
        }
        return fields;
    }

    private static List<String> lines(Path file) {
        try {
            if (Files.size(file) > MAX_OCTETS) {
                throw new CommandFailure(ExitCode.REFUSED, file + " is longer than " + MAX_OCTETS + " octets");
            }
            String text = Files.readString(file);
            // Excel puts a byte order mark at the start
            return (text.startsWith("\uFEFF") ? text.substring(1) : text)
                    .lines()
                    .toList();
        } catch (CharacterCodingException e) {
            throw new CommandFailure(ExitCode.REFUSED, file + " is not UTF-8 text");
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.INPUT_OUTPUT, file + " cannot be read");
        }
    }

    private static final Words<ProfileWord> PROFILES = Words.of(List.of(ProfileWord.values()));
    private static final int MAX_OCTETS = 16 << 20;
    // A field with or without quotes, followed by a comma or the end of the line
    private static final Pattern FIELD = Pattern.compile("(?:\"((?:[^\"]|\"\")*+)\"|([^\",]*+))(?=,|$)");
}
