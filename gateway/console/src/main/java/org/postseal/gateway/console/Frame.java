package org.postseal.gateway.console;

import java.util.List;

/**
 * What stands around every page.
 *
 * @param title of this one
 * @param here its place in the navigation
 * @param visitor who looks
 * @param gateway whose console it is
 * @param now when the page was made
 */
public record Frame(String title, String here, String visitor, String gateway, String now) {
    /** The pages that lead everywhere. */
    public static final List<Place> PLACES = List.of(
            new Place("overview", "./", "Overview"),
            new Place("search", "search", "Search"),
            new Place("policy", "policy", "Policy"),
            new Place("explain", "explain", "Explain a decision"),
            new Place("certificates", "certificates", "Certificates"));

    /**
     * An entry of the navigation.
     *
     * @param link relative, so that a proxy may put all pages below a path of its own
     */
    public record Place(String name, String link, String label) {}
}
