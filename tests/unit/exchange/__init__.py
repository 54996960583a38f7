"""Tests of sealed envelopes, receipts, evidence and what checks them."""
