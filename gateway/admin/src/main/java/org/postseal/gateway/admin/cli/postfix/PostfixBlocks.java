package org.postseal.gateway.admin.cli.postfix;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.postseal.certstore.Domain;
import org.postseal.gateway.admin.cli.postfix.PostfixSettings.Service;
import org.postseal.gateway.mail.Peer.Role;

/** Makes the changes that docs/howto-postfix.md asks for and {@link PostfixCheck} does not find. */
record PostfixBlocks(PostfixSettings settings, PostfixWish wish) {
    /** Returns the changes: first the services, to which the settings then lead. */
    List<PostfixEdit> edits() {
        List<PostfixEdit> edits = new ArrayList<>();
        services(wish).forEach((label, line) -> {
            Optional<Service> present = settings.services().stream()
                    .filter(each -> each.label().equals(label))
                    .findFirst();
            if (present.isEmpty()) {
                edits.add(PostfixEdit.service(label, line));
            } else {
                options(line).forEach((name, value) -> {
                    if (!present.get().overrides().containsKey(name)) {
                        edits.add(PostfixEdit.override(label + "/" + name + "=" + value));
                    }
                });
            }
        });
        List<Service> users = settings.running("smtpd", "pickup").stream()
                .filter(each -> each.command().equals("pickup") || isForUsers(each))
                .toList();
        users.forEach(each -> override(edits, each, FILTER, wish.filter(Role.SUBMISSION)));
        if (users.stream().noneMatch(each -> each.port().equals(String.valueOf(wish.users())))) {
            edits.add(PostfixEdit.service(
                    wish.submission(),
                    "n - n - - smtpd -o content_filter=" + wish.filter(Role.SUBMISSION)
                            + " -o smtpd_relay_restrictions=permit_mynetworks,permit_sasl_authenticated,reject"));
        }
        PostfixReach reach = new PostfixReach(settings);
        settings.running("smtpd").stream()
                .filter(each -> each.type().equals("pass") || each.port().equals("25"))
                .forEach(each -> {
                    override(edits, each, "smtpd_sasl_auth_enable", "no");
                    // It may relay for this machine alone now, and for others once it listens on the network
                    if (reach.mayRelay(each)) {
                        override(edits, each, "smtpd_relay_restrictions", "reject_unauth_destination");
                    }
                });
        main(edits);
        return edits;
    }

    private void main(List<PostfixEdit> edits) {
        List<String> local = settings.words("mydestination").stream()
                .filter(word ->
                        Domain.parse(word).filter(wish.domains()::contains).isPresent())
                .toList();
        String first = local.isEmpty() ? wish.domains().getFirst().text() : local.getFirst();
        String canonical = "recipient_canonical_maps";
        String aliases = settings.value("alias_maps");
        setting(edits, "mydestination", String.join(", ", local));
        setting(edits, "myorigin", first);
        if (!settings.value(canonical).contains("{ @localhost = @" + first + " }")) {
            add(edits, canonical, """
                inline:{ { @localhost = @%1$s }, { @localhost.$mydomain = @%1$s }, { @$myhostname = @%1$s } }\
                """.formatted(first));
        }
        if (!settings.words("virtual_alias_maps").containsAll(settings.words("alias_maps"))) {
            add(edits, "virtual_alias_maps", PostfixSettings.literal(aliases));
        }
        setting(edits, FILTER, wish.filter(Role.INBOUND));
    }

    private void setting(List<PostfixEdit> edits, String name, String value) {
        if (!settings.value(name).equals(value)) {
            edits.add(PostfixEdit.main((name + " = " + value).strip()));
        }
    }

    /** Adds to the end of a list. */
    private void add(List<PostfixEdit> edits, String name, String value) {
        edits.add(PostfixEdit.main(name + " = "
                + Stream.of(PostfixSettings.literal(settings.value(name)), value)
                        .filter(each -> !each.isEmpty())
                        .collect(Collectors.joining(", "))));
    }

    private void override(List<PostfixEdit> edits, Service service, String name, String value) {
        if (!value.equals(service.overrides().get(name))) {
            edits.add(PostfixEdit.override(service.label() + "/" + name + "=" + value));
        }
    }

    private boolean isForUsers(Service service) {
        return service.type().equals("inet")
                && List.of("465", String.valueOf(wish.users())).contains(service.port());
    }

    /** Returns the services that the page adds, by name and type, each with the rest of its line. */
    static Map<String, String> services(PostfixWish wish) {
        Map<String, String> services = new LinkedHashMap<>();
        services.put(PostfixWish.onLoopback(wish.sentOn()), "n - n - - smtpd " + FOR_THIS_MACHINE);
        services.put(
                wish.back(),
                "n - n - - smtpd -o content_filter="
                        + " -o receive_override_options=no_address_mappings,no_unknown_recipient_checks"
                        + " -o local_header_rewrite_clients= " + FOR_THIS_MACHINE
                        + " -o smtpd_authorized_xforward_hosts=127.0.0.0/8 -o message_size_limit=0"
                        + " -o cleanup_service_name=back");
        services.put("back/unix", CLEANUP);
        services.put(
                PostfixWish.TRANSPORT + "/unix",
                "- - n - 10 lmtp -o lmtp_send_xforward_command=yes -o lmtp_line_length_limit=0");
        return services;
    }

    /** Returns the options of a line of {@code master.cf}. */
    static Map<String, String> options(String line) {
        Map<String, String> options = new LinkedHashMap<>();
        OPTION.matcher(line).results().forEach(found -> options.put(found.group(1), found.group(2)));
        return options;
    }

    static final String FILTER = "content_filter";
    static final String CLEANUP = "n - n - 0 cleanup -o message_size_limit=0";
    static final String FOR_THIS_MACHINE = "-o smtpd_client_restrictions= -o smtpd_helo_restrictions="
            + " -o smtpd_sender_restrictions= -o smtpd_data_restrictions="
            + " -o smtpd_relay_restrictions=permit_mynetworks,reject -o smtpd_end_of_data_restrictions="
            + " -o smtpd_tls_security_level=none -o smtpd_milters= -o mynetworks=127.0.0.0/8"
            + " -o smtpd_recipient_restrictions=permit_mynetworks,reject";
    private static final Pattern OPTION = Pattern.compile("-o (\\w+)=(\\S*)");
}
