"""The admin page: the only room that knows Streamlit. A page asks a Desk, and shows what it gets."""
