package org.postseal.gateway.console.http;

/** Answers requests by their path. It is asked on a virtual thread for each request. */
public interface Pages {
    /** Returns the page for a request. If there is none, this is a page that says what is wrong. */
    Page of(Request request);
}
