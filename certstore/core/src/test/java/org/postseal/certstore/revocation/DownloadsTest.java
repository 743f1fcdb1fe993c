package org.postseal.certstore.revocation;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.postseal.certstore.AddressRange;
import org.postseal.certstore.fetch.BoundedFetcher;
import org.postseal.certstore.fetch.Deadline;
import org.postseal.certstore.fetch.FetchSettings;
import org.postseal.certstore.fetch.TestServer;

final class DownloadsTest {
    @Test
    void everyServerThatIsAskedIsCounted() throws Exception {
        FetchSettings settings = new FetchSettings(
                Duration.ofSeconds(5),
                Duration.ofSeconds(5),
                List.of(),
                List.of(AddressRange.of("127.0.0.1/32")),
                Set.of(),
                2);
        try (TestServer server = new TestServer("127.0.0.1")
                .on("/list", TestServer.body(new byte[] {1}))
                .on("/ocsp", TestServer.body(new byte[] {2}))
                .on("/broken", TestServer.status("500 Broken"))) {
            Downloads downloads = new Downloads(
                    new BoundedFetcher(settings), Duration.ofSeconds(5), Duration.ofMinutes(1), Ticker.systemTicker());
            get(downloads, Downloads.Request.get(server.uri("/list"), 10));
            // The outcomes are remembered, and the server is not asked again.
            get(downloads, Downloads.Request.get(server.uri("/list"), 10));
            get(downloads, Downloads.Request.get(server.uri("/broken"), 10));
            get(downloads, Downloads.Request.get("http://127.0.0.2/list", 10));
            get(downloads, Downloads.Request.post(server.uri("/ocsp"), "application/ocsp-request", new byte[1], 10));

            RevocationStatistics counted = downloads.statistics();
            assertThat(counted.lists().fetched()).isEqualTo(1);
            assertThat(counted.lists().failed()).isEqualTo(1);
            assertThat(counted.lists().refused()).isEqualTo(1);
            assertThat(counted.lists().nanoseconds()).isPositive();
            assertThat(counted.ocsp().fetched()).isEqualTo(1);
            assertThat(counted.ocsp().failed() + counted.ocsp().refused()).isZero();
        }
    }

    private static void get(Downloads downloads, Downloads.Request request) {
        var _ = downloads.get(request, Deadline.in(Duration.ofSeconds(5)));
    }
}
