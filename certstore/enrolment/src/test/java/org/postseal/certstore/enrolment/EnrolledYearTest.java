package org.postseal.certstore.enrolment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.certstore.enrolment.Office.BOTH;
import static org.postseal.certstore.enrolment.Office.wanted;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.io.TempDirFactory;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.database.PublicKeyId;
import org.postseal.certstore.enrolment.EnrolmentAuthority.Answer;
import org.postseal.certstore.enrolment.EnrolmentAuthority.Request;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.certstore.key.KeyMaterial;

/** A year of many users, whose authority fails in every way that it can. */
@Tag("thorough")
class EnrolledYearTest {
    /** How many users there are; {@code -Dpostseal.enrolled=N} tries others, and takes about half a second for each. */
    private static final int USERS = Integer.getInteger("postseal.enrolled", 10);

    private static final Duration VALID = Duration.ofDays(120);

    /** In memory where that can be had: a year has thousands of commits, and each would wait for the disk. */
    @TempDir(factory = InMemory.class)
    private Path folder;

    private final Random random = new Random(28);
    private final Map<MailAddress, PublicKeyId> open = new HashMap<>();
    private int faults;

    @Test
    void nobodyIsADayWithoutACertificateAndNothingIsOrderedTwice() {
        try (Office office = new Office(folder)) {
            office.ordersPerRun = 100_000;
            List<Wanted> all = IntStream.range(0, USERS)
                    .mapToObj(i -> wanted(MailAddress.of("user" + i + "@ours.example"), BOTH))
                    .toList();
            office.issuesFor(VALID);
            office.run(all);
            office.authority.script = request -> answer(office, request);
            for (int day = 0; day < 365; day++) {
                office.pass(Duration.ofDays(1));
                // In April the authority is closed for twelve days.
                boolean isClosed = day >= 90 && day < 102;
                if (isClosed) {
                    office.authority.script = _ -> new Answer.Unavailable("closed");
                } else {
                    office.authority.script = request -> answer(office, request);
                }
                office.run(all);
                List<Standing> standings = Standing.of(office.place(), all, office.clock.now);
                assertThat(standings)
                        .as("day " + day)
                        .allSatisfy(each -> assertThat(each.end()).isPresent());
            }
            assertThat(faults).isGreaterThan(USERS / 2);
            long taken = office.actions().stream().filter("enrol-take"::equals).count();
            long ordered =
                    office.actions().stream().filter("enrol-order"::equals).count();
            assertThat(ordered - taken)
                    .isEqualTo(office.database.orders().list().size());
            // Each is renewed 30 days before the end of 120: four times in the year, and once more for some.
            assertThat(taken).isBetween(USERS * 4L, USERS * 6L);
        }
    }

    static final class InMemory implements TempDirFactory {
        @Override
        public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext context) throws IOException {
            Path memory = Path.of("/dev/shm");
            return Files.isWritable(memory)
                    ? Files.createTempDirectory(memory, "postseal-")
                    : Files.createTempDirectory("postseal-");
        }
    }

    private Answer answer(Office office, Request request) {
        PublicKeyId before = open.putIfAbsent(request.address(), request.order());
        assertThat(before == null || before.equals(request.order()))
                .as("one order at a time for " + request.address())
                .isTrue();
        ScriptedAuthority.Content right = ScriptedAuthority.right(request, office.clock, VALID);
        int dice = random.nextInt(16);
        if (dice < 8) {
            faults++;
        }
        return switch (dice) {
            case 0 -> new Answer.Unavailable("down");
            case 1 -> new Answer.Later("later", Optional.of(Duration.ofDays(1)));
            case 2 -> office.authority.issue(request, right.withAddresses("other@ours.example"));
            case 3 ->
                office.authority.issue(
                        request, right.between(office.clock.now.minus(VALID), office.clock.now.minusSeconds(1)));
            case 4 ->
                new Answer.Issued(List.of(office.authority.certificate(
                        KeyMaterial.generate(KeyAlgorithm.P256).publicKey(), right)));
            case 5 -> new Answer.Issued(List.of());
            case 6 -> new Answer.Later("busy", Optional.empty());
            case 7 -> office.authority.issue(request, right.between(office.clock.now, office.clock.now.plusSeconds(9)));
            default -> {
                open.remove(request.address());
                yield office.authority.issue(request, right);
            }
        };
    }
}
