package org.postseal.gateway.console;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.postseal.certstore.CertificateId;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.StoreUnavailableException;
import org.postseal.certstore.database.Blocks;
import org.postseal.certstore.database.CertificateDatabase;
import org.postseal.certstore.database.CertificateFilter;
import org.postseal.certstore.database.CertificateOrders.Order;
import org.postseal.certstore.database.DatabaseException;
import org.postseal.certstore.database.StoredCertificate;
import org.postseal.gateway.config.DirectoryConfig;
import org.postseal.gateway.console.http.Page;
import org.postseal.gateway.road.directory.DirectoryView;

/**
 * Lists the certificates in the database and in files, page by page, with the soonest expiry first, and the orders of
 * certificates that are not fulfilled yet. For one address, the page says which certificate is chosen and why.
 * Thread-safe.
 */
public final class CertificatesPage {
    private final DirectoryInView directory;
    private final InstantSource clock;

    CertificatesPage(DirectoryInView directory, InstantSource clock) {
        this.directory = directory;
        this.clock = clock;
    }

    /**
     * Holds the content of the page.
     *
     * @param problems what is wrong with the form
     * @param choice which certificate encrypts to the address of the form
     * @param signing which certificate signs for that address
     * @param age the age of what is shown; empty if it is shown as it is now
     * @param orders the orders that are not fulfilled yet, on the first page only
     * @param stored one page of the certificates in the database
     * @param inFiles the certificates in files, on the first page only
     * @param next a link to the next page
     * @param notes what cannot be seen from here, and why
     */
    public record View(
            Fields fields,
            List<String> problems,
            Optional<Choice> choice,
            Optional<Choice> signing,
            Optional<Age> age,
            Optional<ExpiryTimeline> timeline,
            List<OrderRow> orders,
            List<CertificateRow> stored,
            List<CertificateRow> inFiles,
            int number,
            Optional<String> next,
            List<String> notes) {}

    public record Fields(String address, String source, String expires) {
        /** Returns the values that {@code expires} may have, with their labels. */
        public Map<String, String> times() {
            return TIMES;
        }
    }

    Page page(Parameters asked, Frame frame) {
        Fields fields = new Fields(asked.text("address"), asked.text("source"), asked.text("expires"));
        List<String> problems = new ArrayList<>();
        Optional<MailAddress> address = asked.value("address").flatMap(MailAddress::parse);
        if (!fields.address().isEmpty() && address.isEmpty()) {
            problems.add("Address: write a mail address such as alice@example.com");
        }
        if (!TIMES.containsKey(fields.expires())) {
            problems.add("Expires: choose one of the list");
        }
        String number = asked.value("page").orElse("1");
        if (!number.matches("[1-9][0-9]{0,6}")) {
            problems.add("Page: write a number from 1");
        }
        Optional<String> after = asked.value("after");
        if (after.filter(hex -> !hex.matches(SHA256)).isPresent()) {
            problems.add("After: is the SHA-256 of the last certificate of the page before, 64 hexadecimal digits");
        }
        View view = directory.look(seen -> view(
                seen,
                fields,
                address,
                after,
                number.matches("[1-9][0-9]{0,6}") ? Integer.parseInt(number) : 1,
                asked,
                problems));
        return Renderer.page(
                view.problems().isEmpty() ? 200 : 400,
                output -> JtecertificatesGenerated.render(output, null, frame, view));
    }

    private View view(
            DirectoryView seen,
            Fields fields,
            Optional<MailAddress> address,
            Optional<String> after,
            int number,
            Parameters asked,
            List<String> problems) {
        Instant now = clock.instant();
        List<String> notes = new ArrayList<>(seen.unseenInWords());
        Optional<MailCertificate> last = problems.isEmpty()
                ? after.flatMap(hex -> DirectoryInView.find(seen, new CertificateId(hex)))
                : Optional.empty();
        if (problems.isEmpty() && after.isPresent() && last.isEmpty()) {
            problems.add("After: there is no certificate with this SHA-256");
        }
        if (!problems.isEmpty()) {
            return new View(
                    fields,
                    problems,
                    Optional.empty(),
                    Optional.empty(),
                    Age.of(seen, now),
                    Optional.empty(),
                    List.of(),
                    List.of(),
                    List.of(),
                    1,
                    Optional.empty(),
                    notes);
        }
        Optional<Choice> choice = address.map(who -> choice(seen, who, CertificatePurpose.ENCRYPT, now));
        Optional<Choice> signing = address.map(
                who -> seen.seesKeys() ? choice(seen, who, CertificatePurpose.SIGN, now) : Choice.withoutKeys(who));
        List<CertificateRow> rows = new ArrayList<>();
        List<OrderRow> orders = List.of();
        Optional<String> next = Optional.empty();
        if (seen.database().isPresent() && !fields.source().equals(DirectoryConfig.FILES)) {
            try {
                next = list(seen.database().get(), filter(fields, address, last, now), now, rows)
                        .map(hex -> "certificates" + more(asked, hex, number + 1));
                orders = number == 1 ? orders(seen.database().get(), address, notes) : List.of();
            } catch (DatabaseException e) {
                notes.add("The database cannot be read now: " + e.getMessage());
            }
        }
        return new View(
                fields,
                problems,
                choice,
                signing,
                Age.of(seen, now),
                number == 1 && address.isEmpty() ? Optional.of(ExpiryTimeline.of(seen, now)) : Optional.empty(),
                orders,
                rows,
                number == 1 ? inFiles(seen, fields, address, now) : List.of(),
                number,
                next,
                notes);
    }

    private static Choice choice(DirectoryView seen, MailAddress address, CertificatePurpose purpose, Instant now) {
        try {
            return Choice.of(seen.explain(address, purpose, now), seen);
        } catch (StoreUnavailableException e) {
            return Choice.unknown(String.valueOf(e.getMessage()));
        }
    }

    private static String more(Parameters asked, String after, int number) {
        return Parameters.of(asked.with("after", after).substring(1)).with("page", String.valueOf(number));
    }

    private static CertificateFilter filter(
            Fields fields, Optional<MailAddress> address, Optional<MailCertificate> last, Instant now) {
        Optional<Instant> before = switch (fields.expires()) {
            case "" -> Optional.empty();
            case "past" -> Optional.of(now);
            case String days -> Optional.of(now.plus(Duration.ofDays(Long.parseLong(days))));
        };
        Optional<CertificateFilter.Position> position =
                last.map(found -> new CertificateFilter.Position(found.notAfter(), found.id()));
        if (position.isEmpty()
                && !fields.expires().isEmpty()
                && !fields.expires().equals("past")) {
            // The list begins with certificates that expire from now on. Those that have expired are asked for by a
            // value of their own.
            position = Optional.of(new CertificateFilter.Position(now, new CertificateId("0".repeat(64))));
        }
        return new CertificateFilter(
                Optional.of(fields.source()).filter(source -> !source.isEmpty()),
                address,
                before,
                position,
                ON_A_PAGE + 1);
    }

    /**
     * Fills the rows, and returns the SHA-256 of the certificate after which the next page begins; the result is empty
     * if there is none.
     */
    private static Optional<String> list(
            CertificateDatabase database, CertificateFilter filter, Instant now, List<CertificateRow> rows) {
        return database.read(contents -> {
            List<StoredCertificate> found = contents.certificates().list(filter);
            for (StoredCertificate each : found.subList(0, Math.min(ON_A_PAGE, found.size()))) {
                MailCertificate certificate = each.certificate();
                rows.add(CertificateRow.of(
                        certificate,
                        each.entries().stream()
                                .map(StoredCertificate.Entry::source)
                                .toList(),
                        contents.blocks()
                                .of(new Blocks.Target.Certificate(certificate.id()))
                                .isPresent(),
                        now));
            }
            return found.size() > ON_A_PAGE ? Optional.of(rows.getLast().sha256()) : Optional.<String>empty();
        });
    }

    private static List<OrderRow> orders(
            CertificateDatabase database, Optional<MailAddress> address, List<String> notes) {
        List<Order> orders = address.map(
                        who -> database.orders().of(who).stream().toList())
                .orElseGet(() -> database.orders().list());
        if (orders.size() > MOST_ORDERS) {
            notes.add("Only " + MOST_ORDERS + " of " + orders.size()
                    + " orders are shown, the refused and the oldest first: postseal enrol status lists all");
        }
        return orders.stream()
                .sorted(Comparator.comparing(Order::state)
                        .reversed()
                        .thenComparing(order -> order.act().when()))
                .limit(MOST_ORDERS)
                .map(OrderRow::of)
                .toList();
    }

    private static List<CertificateRow> inFiles(
            DirectoryView seen, Fields fields, Optional<MailAddress> address, Instant now) {
        if (!fields.source().isEmpty() && !fields.source().equals(DirectoryConfig.FILES)) {
            return List.of();
        }
        return seen.inFiles().stream()
                .filter(each -> address.isEmpty() || each.addresses().contains(address.get()))
                .filter(each -> isWithin(each.notAfter(), fields.expires(), now))
                .sorted(Comparator.comparing(MailCertificate::notAfter))
                .limit(MOST_FILES)
                .map(each -> CertificateRow.of(each, List.of(DirectoryConfig.FILES), false, now))
                .toList();
    }

    private static boolean isWithin(Instant end, String expires, Instant now) {
        return switch (expires) {
            case "" -> true;
            case "past" -> end.isBefore(now);
            case String days -> !end.isBefore(now) && end.isBefore(now.plus(Duration.ofDays(Long.parseLong(days))));
        };
    }

    static final String SHA256 = "[0-9a-f]{64}";
    private static final int ON_A_PAGE = 50;
    private static final int MOST_FILES = 200;
    private static final int MOST_ORDERS = 200;
    private static final Map<String, String> TIMES = new LinkedHashMap<>();

    static {
        TIMES.put("", "at any time");
        TIMES.put("past", "in the past");
        TIMES.put("7", "within 7 days");
        TIMES.put("30", "within 30 days");
        TIMES.put("90", "within 90 days");
    }
}
