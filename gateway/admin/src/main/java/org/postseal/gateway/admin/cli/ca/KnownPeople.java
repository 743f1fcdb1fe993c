package org.postseal.gateway.admin.cli.ca;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.database.CertificateFilter;
import org.postseal.certstore.database.Contents;
import org.postseal.certstore.database.PublicKeyId;
import org.postseal.certstore.database.WrappedKeys.Described;

/**
 * The people whom the database knows: by keys, by certificates and by copies of directory servers.
 *
 * @param people the addresses of each, the primary one first
 * @param disabled addresses whose account is disabled, and which nobody else has
 */
public record KnownPeople(List<List<MailAddress>> people, Set<MailAddress> disabled) {
    public static KnownPeople read(Contents contents) {
        List<List<MailAddress>> people = new ArrayList<>();
        Optional<PublicKeyId> last = Optional.empty();
        while (true) {
            List<Described> page = contents.wrappedKeys().list(last, PAGE);
            page.forEach(key -> key.certificates().forEach(each -> people.add(each.addresses())));
            if (page.size() < PAGE) {
                break;
            }
            last = Optional.of(page.getLast().key().id());
        }
        contents.certificates()
                .forEach(
                        CertificateFilter.ofSource("own", PAGE),
                        each -> people.add(each.certificate().addresses()));
        Set<MailAddress> enabled = new HashSet<>();
        Set<MailAddress> disabled = new HashSet<>();
        for (String source : contents.mirrors().sources()) {
            contents.mirrors().entryIds(source).stream()
                    .sorted()
                    .flatMap(id -> contents.mirrors().find(source, id).stream())
                    .forEach(entry -> {
                        if (entry.isDisabled()) {
                            disabled.addAll(entry.addresses());
                        } else {
                            enabled.addAll(entry.addresses());
                            people.add(entry.addresses());
                        }
                    });
        }
        // An address that is enabled elsewhere belongs to somebody else now
        disabled.removeAll(enabled);
        return new KnownPeople(List.copyOf(people), Set.copyOf(disabled));
    }

    private static final int PAGE = 500;
}
