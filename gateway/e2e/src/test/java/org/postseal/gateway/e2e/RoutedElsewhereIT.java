package org.postseal.gateway.e2e;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.postseal.certstore.MailAddress;
import org.postseal.gateway.config.RecipientsConfig;
import org.postseal.gateway.testkit.Await;
import org.postseal.gateway.testkit.PostfixLayout;
import org.postseal.gateway.testkit.PrivatePostfix;
import org.postseal.gateway.testkit.Requirements;
import org.postseal.gateway.testkit.ScriptedNextHop;
import org.postseal.gateway.testkit.SmtpSender;

/**
 * A real Postfix sends some local parts of its own domain to another domain. The gateway takes none of these for
 * internal.
 */
class RoutedElsewhereIT {
    private static final long SEED = 22;
    private static final List<String> WORDS = List.of(
            "partner",
            "bank.example",
            "%",
            "!",
            "@",
            ":",
            ",",
            ";",
            "=",
            "+",
            "-",
            "/",
            "|",
            "#",
            "&",
            "*",
            "\\\"",
            "\\\\",
            "(x)",
            "<",
            ">",
            "[",
            "]",
            " ",
            ".",
            "~",
            "{",
            "}",
            "?",
            "$",
            "'",
            "`",
            "^",
            "_",
            "example.com");

    @Test
    void atItsDefaultsNobodyWhomTheGatewayTakes() throws IOException {
        Requirements.postfix();
        Set<String> sent = sentOutside(List.of());

        assertThat(sent).isNotEmpty().allMatch(RoutedElsewhereIT::isRefused);
        assertThat(sent).anyMatch(address -> address.startsWith("\"")).anyMatch(address -> !address.startsWith("\""));
    }

    @Test
    void asTheHowtosSetItNobodyAtAll() throws IOException {
        Requirements.postfix();

        assertThat(sentOutside(
                        List.of("allow_percent_hack = no", "swap_bangpath = no", "resolve_dequoted_address = no")))
                .isEmpty();
    }

    private static boolean isRefused(String address) {
        return RecipientsConfig.DEFAULT.isRoutedElsewhere(MailAddress.of(address));
    }

    /** Returns the recipients of example.com whose mail reaches bank.example. */
    private static Set<String> sentOutside(List<String> settings) throws IOException {
        PostfixLayout layout = new PostfixLayout("mail.local.example");
        List<String> recipients = recipients();
        try (ScriptedNextHop bank = new ScriptedNextHop()) {
            layout.setting("mydestination = example.com")
                    .setting("local_recipient_maps =")
                    .setting("local_transport = discard")
                    .routeTo("bank.example", bank.port());
            settings.forEach(layout::setting);
            try (PrivatePostfix postfix = PrivatePostfix.start(layout)) {
                for (int i = 0; i < recipients.size(); i++) {
                    byte[] message = ("Subject: case " + i + " end\r\n\r\nHello\r\n").getBytes(US_ASCII);
                    try (SmtpSender sender = SmtpSender.smtp(layout.inboundPort())) {
                        SmtpSender.Outcome _ =
                                sender.send("alice@partner.example", List.of(recipients.get(i)), message);
                    }
                }
                Await.until(
                        () -> postfix.isQueueEmpty() || !postfix.deferred().isEmpty(),
                        () -> "the queue does not become empty\n" + postfix.log());
                Set<String> sent = new TreeSet<>();
                bank.ended()
                        .forEach(message -> sent.add(recipients.get(
                                Integer.parseInt(message.text().replaceAll("(?s).*case (\\d+) end.*", "$1")))));
                return sent;
            }
        }
    }

    private static List<String> recipients() {
        Random random = new Random(SEED);
        List<String> found = new ArrayList<>(Stream.of(
                        "partner%bank.example",
                        "bank.example!partner",
                        "\"partner@bank.example\"",
                        "\"partner%bank.example\"",
                        "\"bank.example!partner\"",
                        "\"@bank.example:partner\"")
                .toList());
        while (found.size() < 300) {
            String word = random.ints(1 + random.nextInt(5), 0, WORDS.size())
                    .mapToObj(WORDS::get)
                    .collect(Collectors.joining());
            found.add(random.nextBoolean() ? "\"" + word + "\"" : word);
        }
        return found.stream()
                .map(localPart -> localPart + "@example.com")
                .filter(address -> MailAddress.parse(address).isPresent())
                .distinct()
                .toList();
    }
}
