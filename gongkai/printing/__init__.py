"""PDFs: documents laid out, tagged, bound, with fonts of their own."""
