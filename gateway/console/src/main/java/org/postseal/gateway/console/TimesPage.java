package org.postseal.gateway.console;

import java.time.DateTimeException;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.postseal.gateway.console.http.Page;
import org.postseal.gateway.console.http.Request;

/**
 * Lets a visitor choose the zone of the times on all pages. A browser does not tell its zone without a script, and no
 * script runs here, so a cookie of the browser keeps the choice. It changes nothing else than how times look.
 */
public final class TimesPage {
    private final InstantSource clock;

    TimesPage(InstantSource clock) {
        this.clock = clock;
    }

    /**
     * Holds the content of the page.
     *
     * @param now the time in the zone that counts
     * @param typed the zone as typed, or the one that counts
     * @param isWrong true if there is no zone of the name that was typed
     */
    public record View(String now, String typed, boolean isWrong) {
        /** Returns the names of all zones. */
        public List<String> zones() {
            return List.copyOf(new TreeSet<>(ZoneId.getAvailableZoneIds()));
        }
    }

    /** Returns the zone that the visitor's browser remembers; empty if it remembers none. */
    static Optional<ZoneId> chosen(Request request) {
        for (String pair : request.field("cookie").orElse("").split(";", -1)) {
            if (pair.strip().startsWith(COOKIE)) {
                return zone(pair.strip().substring(COOKIE.length()));
            }
        }
        return Optional.empty();
    }

    Page page(Parameters asked, Frame frame) {
        Optional<ZoneId> wanted = asked.value("zone").flatMap(TimesPage::zone);
        if (wanted.isPresent()) {
            // Without a path, the cookie is for the console alone, below whatever path a proxy has put it.
            String cookie = COOKIE + wanted.get().getId() + "; Max-Age=31536000; SameSite=Lax; HttpOnly";
            return Page.text(303, "see times").with(Map.of("location", "times", "set-cookie", cookie));
        }
        boolean isWrong = asked.value("zone").isPresent();
        View view = new View(
                Times.second(clock.instant()),
                asked.value("zone").orElseGet(() -> Times.zone().getId()),
                isWrong);
        return Renderer.page(isWrong ? 400 : 200, output -> JtetimesGenerated.render(output, null, frame, view));
    }

    private static Optional<ZoneId> zone(String name) {
        try {
            return Optional.of(ZoneId.of(name));
        } catch (DateTimeException none) {
            return Optional.empty();
        }
    }

    private static final String COOKIE = "zone=";
}
