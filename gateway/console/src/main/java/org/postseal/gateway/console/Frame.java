package org.postseal.gateway.console;

import java.util.List;

/**
 * Describes the frame around every page.
 *
 * @param title the title of this page
 * @param here its place in the navigation
 * @param visitor the name of the visitor
 * @param gateway the gateway whose console this is
 * @param now the time when the page was made
 * @param zone the zone of all times, with its offset
 */
public record Frame(String title, String here, String visitor, String gateway, String now, String zone) {
    /** Holds the entries of the navigation. */
    public static final List<Place> PLACES = List.of(
            new Place("overview", "./", "Overview"),
            new Place("search", "search", "Search"),
            new Place("policy", "policy", "Policy"),
            new Place("explain", "explain", "Explain a decision"),
            new Place("certificates", "certificates", "Certificates"));

    /**
     * Holds one entry of the navigation.
     *
     * @param link a relative link, so that a proxy may put all pages below a path of its own
     */
    public record Place(String name, String link, String label) {}
}
