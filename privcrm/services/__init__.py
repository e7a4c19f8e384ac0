"""The operations of private-domain CRM: each turns facts into a plan, and a plan into a job."""
